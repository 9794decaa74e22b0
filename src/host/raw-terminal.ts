import { ReadStream } from "node:tty";
import { writeToDescriptor } from "./output.ts";
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
  const decoder = new TextDecoder();
  let listener: TerminalListener | null = null;
  let isOpen = true;

  const write = (text: string) => {
    if (!isOpen || text === "") return;
    try {
      writeToDescriptor(1, text);
    } catch {
      // The terminal is closed; its SIGHUP or the end of its input tells the listener.
    }
  };
  const setRaw = (raw: boolean) => {
    try {
      input.setRawMode(raw);
    } catch {
      // A closed terminal has no mode any more.
    }
  };
  const take = () => {
    setRaw(true);
    write(PASTE_ON);
  };
  const give = () => {
    write(RESET);
    setRaw(false);
  };
  const resized = () => listener?.changed();
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

  // A stream of node:tty would wait for one more key, in a thread, before the process could exit.
  const keys = Bun.stdin.stream().getReader();
  const readKeys = async () => {
    for (;;) {
      const { done, value } = await keys.read();
      if (done) return;
      listener?.input(decoder.decode(value, { stream: true }));
    }
  };
  process.on("SIGWINCH", resized);
  process.on("SIGCONT", continued);
  process.on("exit", left);
  for (const signal of DEADLY) process.on(signal, die);
  take();

  return {
    size: readTerminalSize,
    write,
    listen: (next) => {
      listener = next;
      void readKeys().then(hangUp, hangUp);
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
      process.off("SIGWINCH", resized);
      process.off("SIGCONT", continued);
      process.off("exit", left);
      for (const signal of DEADLY) process.off(signal, die);
      void keys.cancel();
    },
  };
}
