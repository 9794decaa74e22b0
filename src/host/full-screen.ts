import { read } from "node:fs";
import { writeToDescriptor } from "./output.ts";
import { runCommand } from "./processes.ts";
import { FALLBACK_SIZE, type TerminalSize } from "./terminal-size.ts";

/** The event that ended the wait for the next picture. */
export type ScreenEvent = "tick" | "resize" | "quit" | "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGQUIT";

/** The whole terminal. `close` gives it back as it was. */
export interface FullScreen {
  /** Replaces the picture without flicker; what does not fit is cut. */
  readonly draw: (lines: readonly string[]) => void;
  readonly size: () => Promise<TerminalSize>;
  /** Waits for the key `q`, a signal, another size, or `limitMs`. */
  readonly next: (limitMs: number) => Promise<ScreenEvent>;
  readonly close: () => Promise<void>;
}

/**
 * Runs stty on the terminal that is our stdin or our stdout. Its own device may be closed to us (root opened it for
 * hermes), and node:tty would make it non-blocking for every process.
 */
async function stty(share: "stdin" | "stdout", args: readonly string[]): Promise<string | null> {
  const descriptor = share === "stdin" ? 0 : 3;
  const command = ["/bin/sh", "-c", `exec /usr/bin/stty "$@" <&${descriptor}`, "stty", ...args];
  const result = await runCommand(command, { timeoutMs: 2000, share });
  return result.exitCode === 0 ? result.stdout.trim() : null;
}

/** Returns the size of the terminal on stdout; 80 by 24 if it does not tell. */
export async function readTerminalSize(): Promise<TerminalSize> {
  const [rows = 0, columns = 0] = ((await stty("stdout", ["size"])) ?? "").split(" ").map(Number);
  return columns > 0 && rows > 0 ? { columns, rows } : FALLBACK_SIZE;
}

// Another screen, no cursor, no wrapping; and back.
const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l";
const LEAVE = "\u001b[?7h\u001b[?25h\u001b[?1049l";
// A terminal that knows synchronized output shows all of it at once; others ignore the codes.
const BEGIN = "\u001b[?2026h\u001b[H";
const END = "\u001b[J\u001b[?2026l";

/** A read of the terminal ends after this many tenths of a second, so that none outlives the screen. */
const READ_TENTHS = "1";

const KEY_PAUSE_MS = 20;

function readKeys(): Promise<string> {
  return new Promise((resolve) => {
    const buffer = Buffer.alloc(64);
    read(0, buffer, 0, buffer.length, null, (error, count) => {
      resolve(error === null ? buffer.toString("latin1", 0, count) : "");
    });
  });
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Takes the terminal on stdout, and with `keys` the keys of stdin, which is a terminal, too. */
export async function openFullScreen(keys: boolean): Promise<FullScreen> {
  const before = keys ? await stty("stdin", ["-g"]) : null;
  const life = { open: true, lent: true };
  let wake: ((event: ScreenEvent) => void) | null = null;
  let pending: ScreenEvent | null = null;
  const happen = (event: ScreenEvent) => {
    if (wake !== null) wake(event);
    // A resize does not replace an event that ends the screen.
    else if (pending === null || event !== "resize") pending = event;
  };
  const handlers = SIGNALS.map((signal) => [signal, () => happen(signal)] as const);
  const write = (text: string) => {
    try {
      writeToDescriptor(1, text);
    } catch {
      // The terminal is gone; its signal may come later, or not to this process.
      happen("SIGHUP");
    }
  };
  const enter = async () => {
    if (before !== null) await stty("stdin", ["-icanon", "-echo", "min", "0", "time", READ_TENTHS]);
    write(ENTER);
  };
  const leave = async () => {
    write(LEAVE);
    if (before !== null) await stty("stdin", [before]);
  };
  // ^Z gives the terminal back, too; it is taken again when the job goes on.
  const stop = async () => {
    life.lent = false;
    await leave();
    process.off("SIGTSTP", onStop);
    // The kernel ignores it if there is no shell to continue us.
    process.kill(process.pid, "SIGTSTP");
    process.on("SIGTSTP", onStop);
    if (life.open) await goOn();
  };
  const goOn = async () => {
    await enter();
    life.lent = true;
    happen("resize");
  };
  const onStop = () => void stop();
  const onContinue = () => void goOn();
  const onResize = () => happen("resize");
  for (const [signal, handler] of handlers) process.on(signal, handler);
  process.on("SIGWINCH", onResize);
  process.on("SIGTSTP", onStop);
  process.on("SIGCONT", onContinue);
  await enter();
  const listen = async () => {
    while (life.open) {
      if (/q/i.test(await readKeys())) happen("quit");
      // A terminal that is gone answers at once, without a pause.
      await Bun.sleep(KEY_PAUSE_MS);
    }
  };
  const listening = before === null ? Promise.resolve() : listen();
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
    close: async () => {
      life.open = false;
      await listening;
      for (const [signal, handler] of handlers) process.off(signal, handler);
      process.off("SIGWINCH", onResize);
      process.off("SIGTSTP", onStop);
      process.off("SIGCONT", onContinue);
      await leave();
    },
  };
}
