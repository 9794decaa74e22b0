import { ReadStream } from "node:tty";
import { writeToDescriptor } from "./output.ts";
import { listenToKeys, setRaw } from "./terminal-keys.ts";
import { readTerminalSize, type TerminalSize } from "./terminal-size.ts";

export interface TerminalListener {
  /** Gets the typed text as the terminal sends it: every key, Ctrl-C too. */
  readonly input: (text: string) => void;
  /** The size has changed, or something else may have changed the screen. */
  readonly changed: () => void;
  /** The terminal is gone, or this process is to end. */
  readonly closed: () => void;
}

/** The terminal on stdin and stdout, in raw mode. */
export interface Terminal {
  readonly size: () => TerminalSize;
  /** Writes to the terminal; a terminal that is gone is no error. */
  readonly write: (text: string) => void;
  /** Begins to pass the typed text on to this listener. */
  readonly listen: (listener: TerminalListener) => void;
  /** Gives the terminal back and stops this job, as Ctrl-Z does, until it is continued. */
  readonly suspend: () => void;
  /** Ends the listener's work, as a terminal that is gone does. */
  readonly hangUp: () => void;
  /** Gives the terminal back as it was found. */
  readonly close: () => void;
}

const PASTE_ON = "\u001B[?2004h";
/** Ends bracketed paste, a hidden cursor, colour and synchronized output. */
const RESET = "\u001B[?2004l\u001B[?2026l\u001B[?25h\u001B[0m";

/** Signals that end this process at once. SIGTERM and the like are the caller's. */
const DEADLY = ["SIGQUIT", "SIGALRM", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Takes the terminal on descriptors 0 and 1, which must both be one. Every end of the process but SIGKILL gives it
 * back; Bun itself restores the modes if no code of ours can run any more.
 */
export function openTerminal(): Terminal {
  const input = new ReadStream(0);
  let listener: TerminalListener | null = null;
  let isOpen = true;
  let stopListening: (() => void) | null = null;

  const write = (text: string) => {
    if (!isOpen || text === "") return;
    try {
      writeToDescriptor(1, text);
    } catch {
      // The terminal is closed; its SIGHUP or the end of its input tells the listener.
    }
  };
  const take = () => {
    setRaw(input, true);
    write(PASTE_ON);
  };
  const give = () => {
    write(RESET);
    setRaw(input, false);
  };
  const continued = () => {
    if (!isOpen) return;
    take();
    listener?.changed();
  };
  const left = () => write(RESET);
  const die = (signal: NodeJS.Signals) => {
    give();
    process.off(signal, die);
    process.kill(process.pid, signal);
  };
  const hangUp = () => {
    if (isOpen) listener?.closed();
  };

  const handlers: readonly (readonly [NodeJS.Signals, (signal: NodeJS.Signals) => void])[] = [
    ["SIGWINCH", () => listener?.changed()],
    ["SIGCONT", continued],
    ...DEADLY.map((signal) => [signal, die] as const),
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  process.on("exit", left);
  take();

  return {
    size: readTerminalSize,
    write,
    listen: (next) => {
      listener = next;
      stopListening = listenToKeys(next.input, hangUp);
    },
    hangUp,
    suspend: () => {
      give();
      // The kernel ignores it if there is no shell to continue us.
      process.kill(0, "SIGTSTP");
      take();
    },
    close: () => {
      if (!isOpen) return;
      give();
      isOpen = false;
      for (const [signal, handler] of handlers) process.off(signal, handler);
      process.off("exit", left);
      stopListening?.();
    },
  };
}
