import { waitFor } from "./program.ts";

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly columns?: number;
}

/** A program in a terminal of its own. */
export interface TerminalProgram extends Disposable {
  /** Everything that it has shown so far, escape sequences and all. */
  readonly shown: () => string;
  readonly type: (text: string) => void;
  /** Waits until what it has shown, since the last time, has `text` in it. */
  readonly see: (text: string) => Promise<void>;
  /** Resolves with its exit code once all that it has shown is there. */
  readonly exited: Promise<number>;
}

/** Runs a program in a terminal of 80 columns, unless told otherwise. */
export function runInTerminal(
  argv: readonly string[],
  { env = {}, columns = 80 }: TerminalOptions = {},
): TerminalProgram {
  let shown = "";
  let seen = 0;
  const decoder = new TextDecoder();
  const closed = Promise.withResolvers<undefined>();
  const terminal = new Bun.Terminal({
    cols: columns,
    rows: 24,
    data: (_terminal, data) => {
      shown += decoder.decode(data, { stream: true });
    },
    exit: () => closed.resolve(undefined),
  });
  const child = Bun.spawn([...argv], { env: { ...env }, terminal });
  return {
    shown: () => shown,
    type: (text) => void terminal.write(text),
    see: async (text) => {
      await waitFor(`'${text}' in ${JSON.stringify(shown.slice(seen))}`, () =>
        shown.includes(text, seen),
      );
      seen = shown.indexOf(text, seen) + text.length;
    },
    exited: child.exited.then(async (code) => {
      await Promise.race([closed.promise, Bun.sleep(1000)]);
      return code;
    }),
    [Symbol.dispose]: () => {
      child.kill("SIGKILL");
      terminal.close();
    },
  };
}
