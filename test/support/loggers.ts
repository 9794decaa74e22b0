import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NamespaceProcess } from "./namespace.ts";
import type { S6Tree } from "./s6-tree.ts";

/** The loggers of a tree, and what they wrote. */
export class Loggers {
  readonly #tree: () => S6Tree;

  constructor(tree: () => S6Tree) {
    this.#tree = tree;
  }

  /** The directory of a gateway's log, as this process sees it. */
  directory(name: string): string {
    return this.#tree().path(join(this.#tree().home, "logs/gateways", name));
  }

  /** Every line of a gateway's log on the volume, oldest first, without the times. */
  lines(name: string): readonly string[] {
    const directory = this.directory(name);
    if (!existsSync(join(directory, "current"))) return [];
    const archives = readdirSync(directory)
      .filter((file) => file.startsWith("@"))
      .toSorted();
    return [...archives, "current"].flatMap((file) =>
      readFileSync(join(directory, file), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => line.replace(/^@[0-9a-f]{24} /, "")),
    );
  }

  /** The s6-log that does a gateway's work alone. */
  s6Log(name: string): NamespaceProcess | undefined {
    return this.#find(
      ({ argv }) =>
        argv[0]?.endsWith("s6-log") === true &&
        argv.at(-1)?.endsWith(`/${name}`) === true &&
        argv.includes("1"),
    );
  }

  /** The relay that does it meanwhile. */
  relay(name: string): NamespaceProcess | undefined {
    return this.#find(
      ({ argv }) =>
        argv[0]?.endsWith("hermes-boot") === true && argv.at(-2) === "log" && argv.at(-1) === name,
    );
  }

  /** Has a shell write lines into what the logger reads, as its gateway does; gives the milliseconds it took. */
  async print(name: string, script: string): Promise<number> {
    const pid = (this.s6Log(name) ?? this.relay(name))?.pid;
    if (pid === undefined) throw new Error(`No logger of ${name}`);
    const before = performance.now();
    await this.#tree().run(["/bin/sh", "-c", `exec >/proc/${pid}/fd/0; ${script}`]);
    return performance.now() - before;
  }

  /** Kilobytes that a process has in memory. */
  async memory(pid: number | undefined): Promise<number> {
    const { stdout } = await this.#tree().run(["/bin/sh", "-c", `grep VmRSS /proc/${pid}/status`]);
    return Number(/\d+/.exec(stdout)?.[0]);
  }

  #find(matches: (one: NamespaceProcess) => boolean): NamespaceProcess | undefined {
    return this.#tree().processes().find(matches);
  }
}
