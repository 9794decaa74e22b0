import type { ContainerOptions } from "../harness/container.ts";
import { engine, labelArguments, readEngine, uniqueName } from "../harness/engine.ts";
import { waitFor } from "../harness/wait-for.ts";
import { VirtualScreen } from "../../support/virtual-screen.ts";

export interface TerminalOptions extends Pick<ContainerOptions, "args" | "env" | "flags"> {
  readonly columns: number;
  readonly rows: number;
}

/** A program of the engine's in a terminal, as a person has it in a window. `await using` ends it. */
export interface TerminalSession extends AsyncDisposable {
  /** The container's name. */
  readonly name: string;
  /** The engine's exit code, which is the container's or the program's. */
  readonly exited: Promise<number>;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Everything shown so far, as the terminal got it. */
  screen(): string;
  /** Waits until the screen shows `text`. */
  shows(text: string): Promise<void>;
  /** Waits until a person sees `text`: what was drawn over does not count, and rows are lines. */
  sees(text: string): Promise<void>;
}

/** Runs a container with `-it` in a pseudo-terminal of its own; it is removed at the end. */
export async function startInTerminal(options: TerminalOptions): Promise<TerminalSession> {
  const { args = [], env = {}, flags = ["--interactive", "--tty"] } = options;
  const { image, runFlags } = readEngine();
  const name = uniqueName();
  const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
  const run = ["run", "--name", name, ...runFlags, ...labelArguments(), ...variables, ...flags];
  return openTerminal(name, [...run, image, ...args], options, async () => {
    await engine(["kill", name]);
    return () => engine(["rm", "--force", "--volumes", name]);
  });
}

/** Runs a program in a container that runs, with `exec -it`, in a pseudo-terminal of its own. */
export function execInTerminal(
  name: string,
  user: string,
  argv: readonly string[],
  window: Pick<TerminalOptions, "columns" | "rows">,
): TerminalSession {
  const exec = ["exec", "--interactive", "--tty", `--user=${user}`, name, ...argv];
  return openTerminal(name, exec, window, async (child) => {
    child.kill("SIGKILL");
    return async () => undefined;
  });
}

const showing = (text: string, current: () => string) =>
  waitFor(() => current().includes(text), {
    what: `${JSON.stringify(text)} on the screen`,
  }).catch((error: unknown) => {
    throw new Error(`The screen shows:\n${current()}`, { cause: error });
  });

function openTerminal(
  name: string,
  argv: readonly string[],
  { columns, rows }: Pick<TerminalOptions, "columns" | "rows">,
  end: (child: Bun.Subprocess) => Promise<() => Promise<unknown>>,
): TerminalSession {
  const decoder = new TextDecoder();
  let screen = "";
  let virtual = new VirtualScreen(columns, rows);
  let fed = 0;
  const see = () => {
    virtual.feed(screen.slice(fed));
    fed = screen.length;
    return virtual;
  };
  const terminal = new Bun.Terminal({
    cols: columns,
    rows,
    data: (_, data) => {
      screen += decoder.decode(data, { stream: true });
    },
  });
  // With a session of its own the terminal is its controlling one, which tells it of a new size.
  const setsid = ["/usr/bin/setsid", "--ctty", "--wait"];
  const child = Bun.spawn([...setsid, readEngine().program, ...argv], { terminal });
  return {
    name,
    exited: child.exited,
    type: (keys) => void terminal.write(keys),
    resize: (width, height) => {
      virtual = see().resized(width, height);
      terminal.resize(width, height);
    },
    screen: () => screen,
    shows: (text) => showing(text, () => screen),
    sees: (text) => showing(text, () => see().text.join("\n")),
    async [Symbol.asyncDispose](): Promise<void> {
      const cleanUp = await end(child);
      await child.exited;
      await cleanUp();
      terminal.close();
    },
  };
}
