import { ReadStream } from "node:tty";
import { writeToDescriptor } from "./output.ts";
import { listenToKeys, setRaw } from "./terminal-keys.ts";
import { readTerminalSize, type TerminalSize } from "./terminal-size.ts";

/** The event that ended the wait for the next picture. */
export type ScreenEvent = "tick" | "resize" | "quit" | "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** The whole terminal. `close` gives it back as it was. */
export interface FullScreen {
  /** Replaces the picture without flicker; what does not fit is cut. */
  readonly draw: (lines: readonly string[]) => void;
  readonly size: () => TerminalSize;
  /** Waits for the key `q`, a signal, another size, or `limitMs`. */
  readonly next: (limitMs: number) => Promise<ScreenEvent>;
  readonly close: () => void;
}

// Another screen, no cursor, no wrapping; and back.
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
// A terminal that knows synchronized output shows all of it at once; others ignore the codes.
const BEGIN = "\u001b[?2026h\u001b[H";
const END = "\u001b[J\u001b[?2026l";

/** The events of the keys: a terminal in raw mode makes no signal of any. */
const KEYS: Readonly<Record<string, ScreenEvent>> = {
  "\u0003": "SIGINT",
  "\u001C": "SIGQUIT",
  q: "quit",
  Q: "quit",
};
const SUSPEND = "\u001A";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Takes the terminal on stdout, and with `keys` the keys of stdin, which is a terminal, too. */
export function openFullScreen(keys: boolean): FullScreen {
  // No stty: hermes could take over a child that has the terminal of root's shell.
  const input = keys ? new ReadStream(0) : null;
  const life = { open: true, lent: true };
  let wake: ((event: ScreenEvent) => void) | null = null;
  let pending: ScreenEvent | null = null;
  const happen = (event: ScreenEvent) => {
    if (wake !== null) wake(event);
    // A resize does not replace an event that ends the screen.
    else if (pending === null || event !== "resize") pending = event;
  };
  const write = (text: string) => {
    try {
      writeToDescriptor(1, text);
    } catch {
      // The terminal is gone; its signal may come later, or not to this process.
      happen("SIGHUP");
    }
  };
  const enter = () => {
    if (input !== null) setRaw(input, true);
    write(ENTER);
  };
  const leave = () => {
    write(LEAVE);
    if (input !== null) setRaw(input, false);
  };
  // ^Z gives the terminal back, too; it is taken again when the job goes on.
  const stop = () => {
    life.lent = false;
    leave();
    process.off("SIGTSTP", stop);
    // The kernel ignores it if there is no shell to continue us.
    process.kill(0, "SIGTSTP");
    process.on("SIGTSTP", stop);
    if (life.open) goOn();
  };
  const goOn = () => {
    enter();
    life.lent = true;
    happen("resize");
  };
  const handlers: readonly (readonly [NodeJS.Signals, () => void])[] = [
    ...SIGNALS.map((signal) => [signal, () => happen(signal)] as const),
    ["SIGWINCH", () => happen("resize")],
    ["SIGTSTP", stop],
    ["SIGCONT", goOn],
  ];
  for (const [signal, handler] of handlers) process.on(signal, handler);
  enter();
  const type = (text: string) => {
    for (const key of text) {
      const event = KEYS[key];
      if (event !== undefined) happen(event);
      else if (key === SUSPEND) stop();
    }
  };
  const hangUp = () => {
    if (life.open) happen("SIGHUP");
  };
  const stopListening = keys ? listenToKeys(type, hangUp) : null;
  return {
    draw: (lines) => {
      if (!life.lent) return;
      const picture = lines.map((line) => `${line}\u001b[K`).join("\r\n");
      write(`${BEGIN}${picture}${END}`);
    },
    size: readTerminalSize,
    next: (limitMs) =>
      new Promise((resolve) => {
        const finish = (event: ScreenEvent) => {
          clearTimeout(timer);
          wake = null;
          pending = null;
          resolve(event);
        };
        const timer = setTimeout(() => finish("tick"), limitMs);
        if (pending !== null) finish(pending);
        else wake = finish;
      }),
    close: () => {
      life.open = false;
      // SIGHUP may follow the end of the terminal's input, which has told of it.
      for (const [signal, handler] of handlers)
        if (signal !== "SIGHUP") process.off(signal, handler);
      leave();
      stopListening?.();
    },
  };
}
