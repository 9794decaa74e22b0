import { ReadStream, WriteStream } from "node:tty";
import { writeToDescriptor } from "./output.ts";
import { FALLBACK_SIZE, type TerminalSize } from "./terminal-size.ts";

export interface TerminalListener {
  /** What was typed, as the terminal sends it: every key, Ctrl-C too. */
  readonly input: (text: string) => void;
  /** The size is another, or what is on the screen may be. */
  readonly changed: () => void;
  /** The terminal is gone, or this process is to end. */
  readonly closed: () => void;
}

/** The terminal on stdin and stdout, in raw mode. */
export interface Terminal {
  readonly size: () => TerminalSize;
  /** A terminal that is gone takes everything. */
  readonly write: (text: string) => void;
  /** Begins to give what is typed to this listener. */
  readonly listen: (listener: TerminalListener) => void;
  /** Gives the terminal back and stops this job, as Ctrl-Z does, until it is continued. */
  readonly suspend: () => void;
  /** Tells the listener that it is over. */
  readonly hangUp: () => void;
  /** Gives the terminal back as it was found. */
  readonly close: () => void;
}

/** What Node and Bun have and their types leave out: without it the size stays the first one. */
interface Refreshing {
  readonly _refreshSize?: () => void;
}

const PASTE_ON = "\u001B[?2004h";
/** No brackets around pastes, the cursor to be seen, no colour, and no update that is not shown. */
const RESET = "\u001B[?2004l\u001B[?2026l\u001B[?25h\u001B[0m";

/** Signals that end a process at once and are nothing to a conversation; SIGTERM and its like are the caller's. */
const DEADLY = ["SIGQUIT", "SIGALRM", "SIGUSR1", "SIGUSR2"] as const;

/**
 * Takes the terminal on descriptors 0 and 1, which both must be one. Whatever ends the process but SIGKILL
 * gives it back; Bun restores the modes itself where nothing of ours can run any more.
 */
export function openTerminal(): Terminal {
  const input = new ReadStream(0);
  const output: WriteStream & Refreshing = new WriteStream(1);
  const decoder = new TextDecoder();
  let listener: TerminalListener | null = null;
  let isOpen = true;

  const write = (text: string) => {
    if (!isOpen || text === "") return;
    try {
      writeToDescriptor(1, text);
    } catch {
      // A terminal that was closed; its SIGHUP or the end of its input tells the listener.
    }
  };
  const setRaw = (raw: boolean) => {
    try {
      input.setRawMode(raw);
    } catch {
      // A terminal that was closed has no mode any more.
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

  // A stream of node:tty would wait in a thread for one more key before the process could end.
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
    size: () => {
      // oxlint-disable-next-line no-underscore-dangle -- the name that Node gave it
      output._refreshSize?.();
      const [columns, rows] = output.getWindowSize();
      return columns > 0 && rows > 0 ? { columns, rows } : FALLBACK_SIZE;
    },
    write,
    listen: (next) => {
      listener = next;
      void readKeys().then(hangUp, hangUp);
    },
    hangUp,
    suspend: () => {
      give();
      // The kernel ignores it where no shell is there to continue us.
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
