import { readFileSync } from "node:fs";
import { waitFor } from "./program.ts";
import { VirtualScreen } from "./virtual-screen.ts";

export interface WindowOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program on a terminal of its own, and what a person sees there. */
export interface Window extends AsyncDisposable {
  readonly pid: number;
  readonly exited: Promise<number>;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What is to be seen, and what has scrolled away. */
  readonly text: () => string;
  /** The screen as rows, and the cursor on it. */
  readonly screen: () => VirtualScreen;
  /** Every byte that the terminal got. */
  readonly bytes: () => string;
  /** Waits until `text` is to be seen. */
  readonly shows: (text: string) => Promise<void>;
  /** Whether the terminal's descriptor, which others share, is non-blocking. */
  readonly isNonBlocking: () => boolean;
  /** Takes the terminal away, as closing a window does. */
  readonly close: () => void;
}

/** Runs a program in a session of its own, whose terminal this is. */
export function openWindow(argv: readonly string[], options: WindowOptions): Window {
  const { env, columns = 80, rows = 24 } = options;
  const decoder = new TextDecoder();
  let bytes = "";
  let drawn = 0;
  let screen = new VirtualScreen(columns, rows);
  const terminal = new Bun.Terminal({
    cols: columns,
    rows,
    data: (_, data) => {
      bytes += decoder.decode(data, { stream: true });
    },
  });
  const child = Bun.spawn(["/usr/bin/setsid", "--ctty", "--wait", ...argv], {
    terminal,
    env: { TERM: "xterm-256color", ...env },
  });
  let isClosed = false;
  const close = () => {
    if (!isClosed) terminal.close();
    isClosed = true;
  };
  const see = () => {
    screen.feed(bytes.slice(drawn));
    drawn = bytes.length;
    return screen;
  };
  const text = () => see().text.join("\n");
  return {
    pid: child.pid,
    exited: child.exited,
    type: (keys) => void terminal.write(keys),
    resize: (width, height) => {
      see();
      screen = screen.resized(width, height);
      terminal.resize(width, height);
    },
    text,
    screen: see,
    bytes: () => bytes,
    shows: async (wanted) => {
      await waitFor(JSON.stringify(wanted), () => text().includes(wanted)).catch(
        (error: unknown) => {
          throw new Error(`The terminal shows:\n${text()}`, { cause: error });
        },
      );
    },
    isNonBlocking: () => {
      const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/${child.pid}/fdinfo/0`, "utf8"));
      return (Number.parseInt(flags?.[1] ?? "0", 8) & 0o4000) !== 0;
    },
    close,
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await child.exited;
      // The session's other processes get SIGHUP.
      close();
    },
  };
}
