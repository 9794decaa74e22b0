import type { ContainerOptions } from "../harness/container.ts";
import { engine, labelArguments, readEngine, uniqueName } from "../harness/engine.ts";
import { waitFor } from "../harness/wait-for.ts";

export interface TerminalOptions extends Pick<ContainerOptions, "args" | "env" | "flags"> {
  readonly columns: number;
  readonly rows: number;
}

/** A container in the foreground of a terminal, as a person has it in a window. `await using` removes it. */
export interface TerminalSession extends AsyncDisposable {
  /** The engine's exit code, which is the container's. */
  readonly exited: Promise<number>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Everything shown so far, as the terminal got it. */
  screen(): string;
  /** Waits until the screen shows `text`. */
  shows(text: string): Promise<void>;
}

/** Runs a container with `-it` in a pseudo-terminal of its own. */
export async function startInTerminal(options: TerminalOptions): Promise<TerminalSession> {
  const { args = [], env = {}, flags = ["--interactive", "--tty"], columns, rows } = options;
  const { program, image, runFlags } = readEngine();
  const name = uniqueName();
  const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
  const decoder = new TextDecoder();
  let screen = "";
  const terminal = new Bun.Terminal({
    cols: columns,
    rows,
    data: (_, data) => {
      screen += decoder.decode(data, { stream: true });
    },
  });
  const run = ["run", "--name", name, ...runFlags, ...labelArguments(), ...variables, ...flags];
  // With a session of its own the terminal is its controlling one, which tells it of a new size.
  const setsid = ["/usr/bin/setsid", "--ctty", "--wait"];
  const child = Bun.spawn([...setsid, program, ...run, image, ...args], { terminal });
  return {
    exited: child.exited,
    type: (keys) => void terminal.write(keys),
    resize: (width, height) => terminal.resize(width, height),
    screen: () => screen,
    shows: (text) =>
      waitFor(() => screen.includes(text), { what: `${JSON.stringify(text)} on the screen` }).catch(
        (error: unknown) => {
          throw new Error(`The screen shows:\n${screen}`, { cause: error });
        },
      ),
    async [Symbol.asyncDispose](): Promise<void> {
      await engine(["kill", name]);
      await child.exited;
      await engine(["rm", "--force", "--volumes", name]);
      terminal.close();
    },
  };
}
