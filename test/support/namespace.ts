import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram, waitFor, type ProgramOptions, type ProgramResult } from "./program.ts";

/** A process of a namespace, by its pid in there. */
export interface NamespaceProcess {
  readonly pid: number;
  readonly argv: readonly string[];
  readonly state: string;
  readonly uid: number;
}

export interface NamespaceOptions {
  /** A shell script that prepares mounts and ends in `exec` of what becomes PID 1. */
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly stdout: string;
  readonly stderr: string;
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * Mount and PID namespaces of their own: a test changes `/run` and `/etc/passwd` as it likes, sees no
 * process of the machine, and leaves none, however it ends.
 */
export class Namespace {
  readonly #unshare: Bun.Subprocess;
  readonly #init: number;

  private constructor(unshare: Bun.Subprocess, init: number) {
    this.#unshare = unshare;
    this.#init = init;
  }

  static async start({ script, env, stdout, stderr }: NamespaceOptions): Promise<Namespace> {
    const descriptors = [openSync(stdout, "a"), openSync(stderr, "a")] as const;
    // Everything goes when this process goes, however it ends.
    const dying = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"];
    const flags = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const argv = [...dying, "/usr/bin/unshare", ...flags, "/bin/sh", "-euc", script];
    const unshare = Bun.spawn(argv, {
      env: { ...env },
      stdin: "ignore",
      stdout: descriptors[0],
      stderr: descriptors[1],
    });
    for (const descriptor of descriptors) closeSync(descriptor);
    const children = `/proc/${unshare.pid}/task/${unshare.pid}/children`;
    let init = 0;
    await waitFor("a namespace of mounts and processes", () => {
      if (unshare.exitCode !== null) {
        throw new Error(
          `Cannot make a namespace: these tests need root with CAP_SYS_ADMIN. ${readIfThere(stderr)}`,
        );
      }
      init = Number(readIfThere(children).trim());
      return init > 0;
    });
    return new Namespace(unshare, init);
  }

  /** A path of the namespace, as this process sees it. */
  path(path: string): string {
    return join(`/proc/${this.#init}/root`, path);
  }

  /** The words that run a command in the namespace. */
  enter(argv: readonly string[]): readonly string[] {
    const target = ["--target", String(this.#init), "--mount", "--pid"];
    return ["/usr/bin/nsenter", ...target, "--", ...argv];
  }

  run(argv: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
    return runProgram(this.enter(argv), options);
  }

  /** Every process in there, zombies left out. */
  processes(): readonly NamespaceProcess[] {
    const proc = this.path("/proc");
    return readdirSync(proc).flatMap((name) => {
      const status = /^\d+$/.test(name) ? readIfThere(join(proc, name, "status")) : "";
      const state = /^State:\s+(\S)/m.exec(status)?.[1];
      if (state === undefined || state === "Z" || state === "X") return [];
      const argv = readIfThere(join(proc, name, "cmdline"))
        .split("\0")
        .slice(0, -1);
      const uid = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
      return [{ pid: Number(name), argv, state, uid }];
    });
  }

  /** The environment of a process in there. */
  environmentOf(pid: number): ReadonlyMap<string, string> {
    const entries = readIfThere(this.path(`/proc/${pid}/environ`))
      .split("\0")
      .slice(0, -1);
    return new Map(
      entries.map((entry) => {
        const [name = "", ...value] = entry.split("=");
        return [name, value.join("=")];
      }),
    );
  }

  /** Ends PID 1, and with it everything in there. */
  async end(): Promise<void> {
    this.#unshare.kill("SIGKILL");
    await this.#unshare.exited;
    await waitFor("the namespace to end", () => readIfThere(`/proc/${this.#init}/cmdline`) === "");
  }
}
