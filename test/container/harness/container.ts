import { engine, engineOk, labelArguments, readEngine, uniqueName } from "./engine.ts";
import type { ProgramResult, RunOptions } from "./run-program.ts";
import { waitFor } from "./wait-for.ts";

export interface ContainerOptions {
  /** The container's command. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** As the engine's `--volume` takes them: `name:/opt/data`. */
  readonly volumes?: readonly string[];
  /** Further flags of the engine's `run`. */
  readonly flags?: readonly string[];
}

export interface ExecOptions extends RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
}

/** A container of one test. `await using` removes it, with its anonymous volumes, however the test ends. */
export interface Container extends AsyncDisposable {
  readonly name: string;
  exec(user: string, argv: readonly string[], options?: ExecOptions): Promise<ProgramResult>;
  /** As `exec`, and throws unless the program exits 0; gives its stdout. */
  execOk(user: string, argv: readonly string[], options?: ExecOptions): Promise<string>;
  start(): Promise<void>;
  /** Stops and starts it, as `docker restart` does. */
  restart(): Promise<void>;
  /** Stops it as `docker stop` does; the result's `milliseconds` tell how long that took. */
  stop(): Promise<ProgramResult>;
  /** Everything since the container was made: stdout and stderr, apart. */
  logs(): Promise<ProgramResult>;
  isRunning(): Promise<boolean>;
  /** Waits until its command has ended by itself, and gives its exit code. */
  exitCode(limit?: number): Promise<number>;
  remove(): Promise<void>;
}

/** Starts a container in the background; returns as soon as the engine has started it, before its boot is over. */
export async function startContainer(options: ContainerOptions = {}): Promise<Container> {
  const name = uniqueName();
  await engineOk(["run", "--detach", "--name", name, ...runArguments(options)]);
  return new StartedContainer(name);
}

/** A container that something else has started. */
export function containerOf(name: string): Container {
  return new StartedContainer(name);
}

/** Runs a container in the foreground to its end, and removes it: for what its command says and how it exits. */
export async function runContainer(
  options: ContainerOptions = {},
  run: RunOptions = {},
): Promise<ProgramResult> {
  const name = uniqueName();
  const stdin = run.input === undefined ? [] : ["--interactive"];
  try {
    return await engine(["run", "--name", name, ...stdin, ...runArguments(options)], run);
  } finally {
    await removeContainer(name);
  }
}

function runArguments({
  args = [],
  env = {},
  volumes = [],
  flags = [],
}: ContainerOptions): string[] {
  const { image, runFlags } = readEngine();
  return [
    ...runFlags,
    ...labelArguments(),
    ...envArguments(env),
    ...volumes.map((volume) => `--volume=${volume}`),
    ...flags,
    image,
    ...args,
  ];
}

function envArguments(env: Readonly<Record<string, string>>): string[] {
  return Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
}

async function removeContainer(name: string): Promise<void> {
  // podman's `rm --force` would wait for an orderly end first.
  await engine(["kill", name]);
  await engine(["rm", "--force", "--volumes", name]);
}

class StartedContainer implements Container {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  async exec(
    user: string,
    argv: readonly string[],
    { env = {}, workdir, ...run }: ExecOptions = {},
  ): Promise<ProgramResult> {
    const flags = [
      ...envArguments(env),
      ...(workdir === undefined ? [] : [`--workdir=${workdir}`]),
    ];
    const stdin = run.input === undefined ? [] : ["--interactive"];
    return await engine(["exec", ...stdin, `--user=${user}`, ...flags, this.name, ...argv], run);
  }

  async execOk(user: string, argv: readonly string[], options: ExecOptions = {}): Promise<string> {
    const result = await this.exec(user, argv, options);
    if (result.code !== 0) {
      const said = `${result.stdout}${result.stderr}`;
      throw new Error(`'${argv.join(" ")}' as ${user} exited ${result.code}: ${said}`);
    }
    return result.stdout;
  }

  async start(): Promise<void> {
    await engineOk(["start", this.name]);
  }

  async restart(): Promise<void> {
    await engineOk(["restart", this.name]);
  }

  async stop(): Promise<ProgramResult> {
    return await engine(["stop", this.name]);
  }

  async logs(): Promise<ProgramResult> {
    return await engine(["logs", this.name]);
  }

  async isRunning(): Promise<boolean> {
    return (await this.inspect("{{.State.Running}}")) === "true";
  }

  async exitCode(limit = 60_000): Promise<number> {
    await waitFor(async () => !(await this.isRunning()), {
      limit,
      what: `the end of ${this.name}`,
    });
    return Number(await this.inspect("{{.State.ExitCode}}"));
  }

  async remove(): Promise<void> {
    await removeContainer(this.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.remove();
  }

  private async inspect(format: string): Promise<string> {
    return (await engineOk(["container", "inspect", "--format", format, this.name])).trim();
  }
}
