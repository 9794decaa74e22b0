import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ProgramResult } from "./program.ts";
import type { S6Tree } from "./s6-tree.ts";

/** Calls that start a process; they fail because of a limit, whatever else fails. */
const FORKS = ["fork", "vfork"];
/** Calls that start a thread: Bun 1.4.4 aborts if one fails. */
const THREADS = ["clone", "clone3"];

/** System calls that change something outside of the process, as strace names them. */
const MUTATING = [
  ["chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat"],
  ["rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir"],
  ["mkdir", "mkdirat", "mknod", "mknodat", "symlink", "symlinkat", "link", "linkat"],
  ["write", "pwrite64", "ftruncate", "fsync", "fdatasync"],
  FORKS,
  THREADS,
].flat();

/** One call of a program's main thread: which system call, and which one of its calls of that kind. */
export interface CallPoint {
  readonly call: string;
  readonly index: number;
}

/** What is done to one call: the process is killed in front of it, or it fails. */
export type Injection = "KILL" | "EIO" | "EMFILE" | "ENOSPC";

// The set is one that this machine's strace knows: `?` lets it pass over others.
const filter = (calls: readonly string[]) => calls.map((call) => `?${call}`).join(",");

/** `hermes` or `hermes-boot`, and its words. */
export type CommandLine = readonly ["hermes" | "hermes-boot", ...(readonly string[])];

/**
 * Lists the calls of a command's main thread that change something; for EMFILE also those that open a file,
 * from the first one of ours on: before it Bun opens its own. The command runs to its end.
 */
export async function listCallPoints(
  tree: S6Tree,
  [program, ...words]: CommandLine,
  injection: Injection,
): Promise<readonly CallPoint[]> {
  const log = join(tree.directory, "strace.log");
  const trace = `trace=${filter([...MUTATING, "openat"])}`;
  await tree.run(["strace", "-o", log, "-e", trace, "--", join(tree.bin, program), ...words]);
  const counts = new Map<string, number>();
  let isStarted = false;
  const points = readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      const call = /^(\w+)\(/.exec(line)?.[1];
      if (call === undefined) return [];
      const index = (counts.get(call) ?? 0) + 1;
      counts.set(call, index);
      isStarted ||= line.includes(`"${tree.home}`) || line.includes(`"${tree.scanDir}`);
      if (call === "openat" && !line.includes("O_CREAT") && injection !== "EMFILE") return [];
      if (injection !== "KILL" && (!isStarted || THREADS.includes(call))) return [];
      return [{ call, index }];
    });
  rmSync(log);
  return points;
}

/** Runs a command with one call of its main thread killed or failed. */
export function runWithInjection(
  tree: S6Tree,
  [program, ...words]: CommandLine,
  { call, index }: CallPoint,
  injection: Injection,
): Promise<ProgramResult> {
  const error = FORKS.includes(call) ? "EAGAIN" : injection;
  const what = injection === "KILL" ? "signal=KILL" : `error=${error}`;
  const flags = ["-o", "/dev/null", "-e", `trace=${call}`];
  const inject = `inject=${call}:${what}:when=${index}`;
  return tree.run(["strace", ...flags, "-e", inject, "--", join(tree.bin, program), ...words]);
}
