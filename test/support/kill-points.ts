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

/** System calls that look at something. */
const READING = [
  ["openat", "statx", "newfstatat", "lstat", "stat", "statfs"],
  ["getdents64", "readlink", "readlinkat", "access", "faccessat", "faccessat2"],
].flat();

// The set is one that this machine's strace knows: `?` lets it pass over others.
const filter = (calls: readonly string[]) => calls.map((call) => `?${call}`).join(",");

/** `hermes` or `hermes-boot`, and its words. */
export type CommandLine = readonly ["hermes" | "hermes-boot", ...(readonly string[])];

/**
 * Runs a command to its end and lists the lines of these calls of its main thread, each with its place among its kind.
 */
async function traceCalls(
  tree: S6Tree,
  [program, ...words]: CommandLine,
  calls: readonly string[],
): Promise<readonly (CallPoint & { readonly line: string })[]> {
  const log = join(tree.directory, "strace.log");
  const trace = `trace=${filter(calls)}`;
  await tree.run(["strace", "-o", log, "-e", trace, "--", join(tree.bin, program), ...words]);
  const lines = readFileSync(log, "utf8").split("\n");
  rmSync(log);
  const counts = new Map<string, number>();
  return lines.flatMap((line) => {
    const call = /^(\w+)\(/.exec(line)?.[1];
    if (call === undefined) return [];
    const index = (counts.get(call) ?? 0) + 1;
    counts.set(call, index);
    return [{ call, index, line }];
  });
}

/** The position of the first call of ours: before it Bun opens its own files. */
function findStart(tree: S6Tree, calls: readonly { readonly line: string }[]): number {
  const start = calls.findIndex(
    ({ line }) => line.includes(`"${tree.home}`) || line.includes(`"${tree.scanDir}`),
  );
  return start < 0 ? calls.length : start;
}

/**
 * Lists the calls of a command's main thread that change something; for EMFILE also those that open a file, from the
 * first one of ours on. The command runs to its end.
 */
export async function listCallPoints(
  tree: S6Tree,
  command: CommandLine,
  injection: Injection,
): Promise<readonly CallPoint[]> {
  const calls = await traceCalls(tree, command, [...MUTATING, "openat"]);
  const start = findStart(tree, calls);
  return calls.filter(({ call, line }, position) => {
    if (call === "openat" && !line.includes("O_CREAT") && injection !== "EMFILE") return false;
    return injection === "KILL" || (position >= start && !THREADS.includes(call));
  });
}

/** Lists the calls of a command's main thread that look at something or change it, from the first one of ours on. */
export async function listAllCalls(
  tree: S6Tree,
  command: CommandLine,
): Promise<readonly CallPoint[]> {
  const calls = await traceCalls(tree, command, [...MUTATING, ...READING]);
  return calls.slice(findStart(tree, calls)).filter(({ call }) => !THREADS.includes(call));
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
