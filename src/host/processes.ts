import { existsSync, readdirSync } from "node:fs";
import type { AppError } from "../core/errors.ts";
import { errorCode, toFailure } from "../core/system-failure.ts";
import { restoreUndecodableWords, type UndecodableWords } from "./undecodable-words.ts";
import { readSystemFile } from "./reading.ts";

/** The result of a child process. */
export interface CommandResult {
  readonly command: readonly string[];
  /** null if a signal ended it or it could not be started. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** The reason why it could not be started; null if it was. */
  readonly startFailure: AppError | null;
}

export interface CommandOptions {
  /** Milliseconds until SIGKILL. */
  readonly timeoutMs: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** All of its input; a promise if the program starts before the input is known. */
  readonly stdin?: string | Promise<string>;
  /**
   * A descriptor of ours that it gets: `stdin` as its own, or `stdout` as its descriptor 3, since Bun 1.4.4 cannot give
   * an output as stdin (nor descriptor 0 as anything else).
   */
  readonly share?: "stdin" | "stdout";
  readonly cwd?: string;
  /** Bytes of each output that are kept; the rest is read and dropped. */
  readonly maxOutputBytes?: number;
}

function inputOf(stdin: CommandOptions["stdin"]): Blob | "pipe" | null {
  if (stdin === undefined) return null;
  return stdin instanceof Promise ? "pipe" : new Blob([stdin]);
}

/** Returns the input; one that cannot be had is empty. */
async function feed(child: Bun.Subprocess, input: Promise<string>): Promise<void> {
  const { stdin } = child;
  if (typeof stdin !== "object" || stdin === null) return;
  try {
    await stdin.write(await input.catch(() => ""));
    await stdin.end();
  } catch {
    // The program has exited without reading it.
  }
}

/**
 * Runs a program until it exits. The first word must be an absolute path: Bun ignores a PATH that was set at run time.
 * A program that cannot be started has exit code 127 and the reason on `stderr`.
 */
export async function runCommand(
  command: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  let child: Bun.Subprocess<Blob | "pipe" | "ignore" | "inherit", "pipe", "pipe">;
  const { share, stdin } = options;
  try {
    child = Bun.spawn([...command], {
      stdio: [
        inputOf(stdin) ?? (share === "stdin" ? "inherit" : "ignore"),
        "pipe",
        "pipe",
        ...(share === "stdout" ? [1] : []),
      ],
      cwd: options.cwd ?? "/",
      // A child of root that became hermes can be taken over by hermes, so it does not get the terminal of root's
      // shell.
      detached: isOnTerminalOfAnother(),
      ...(options.environment === undefined ? {} : { env: options.environment }),
    });
  } catch (error) {
    const stderr = error instanceof Error ? error.message : String(error);
    const startFailure = toFailure(`Cannot start ${command[0] ?? "nothing"}`, error);
    const end = { exitCode: 127, signal: null, timedOut: false, startFailure };
    return { command, stdout: "", stderr, ...end };
  }
  if (stdin instanceof Promise) void feed(child, stdin);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    child.kill("SIGKILL");
  }, options.timeoutMs);
  const limit = options.maxOutputBytes ?? Number.POSITIVE_INFINITY;
  const outputs = [collect(child.stdout, limit), collect(child.stderr, limit)] as const;
  await child.exited;
  clearTimeout(timer);
  const [stdout, stderr] = await Promise.all(outputs.map((output) => output.finish()));
  return {
    command,
    exitCode: child.signalCode === null ? child.exitCode : null,
    signal: child.signalCode === null ? null : String(child.signalCode),
    stdout: stdout ?? "",
    stderr: stderr ?? "",
    timedOut,
    startFailure: null,
  };
}

/**
 * Starts a program that outlives this process, with nothing of ours but the given environment. Returns when the first
 * process has exited: `setsid --fork` does so at once. Throws if it cannot be started.
 */
export async function startDetached(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const child = Bun.spawn([...command], {
    stdio: ["ignore", "ignore", "ignore"],
    cwd: "/",
    detached: isOnTerminalOfAnother(),
    env: environment,
  });
  await child.exited;
}

/** Milliseconds to wait for the end of the output of a child that has ended. */
const OUTPUT_LIMIT_MS = 500;

interface Collected {
  /** Returns what was written until the end, or until the time is up: a grandchild may hold the output open. */
  readonly finish: () => Promise<string>;
}

function collect(stream: ReadableStream<Uint8Array>, maxBytes: number): Collected {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  let kept = 0;
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const chunk = value.subarray(0, maxBytes - kept);
      kept += chunk.length;
      if (chunk.length > 0) chunks.push(chunk);
    }
  };
  const whole = read();
  return {
    finish: async () => {
      const limit = setTimeout(() => void reader.cancel(), OUTPUT_LIMIT_MS);
      await whole;
      clearTimeout(limit);
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}

/** Identifies one process for good: a pid alone may be given away again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks between the machine's boot and the start of the process. */
  readonly startTime: number;
}

/** The facts of `/proc/<pid>/stat` about a process. */
export interface ProcessFacts extends ProcessIdentity {
  readonly command: string;
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

/** Parses `/proc/<pid>/stat` (proc(5)); the command may hold spaces and brackets. */
export function parseProcStat(text: string): ProcessFacts | null {
  const open = text.indexOf("(");
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return null;
  const fields = text.slice(close + 2).split(" ");
  const [state, parent, group, session] = fields;
  const startTime = fields[19];
  if (state === undefined || startTime === undefined) return null;
  return {
    pid: Number.parseInt(text, 10),
    command: text.slice(open + 1, close),
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTime: Number(startTime),
  };
}

/** Returns the facts of a living process; null if there is none, or only a zombie is left. */
export function readProcess(pid: number): ProcessFacts | null {
  const text = readSystemFile(`/proc/${pid}/stat`);
  const facts = text === null ? null : parseProcStat(text);
  return facts === null || facts.state === "Z" || facts.state === "X" ? null : facts;
}

/** Returns true if the terminal belongs to another session, such as a shell's (fields 6 and 7 of `/proc/self/stat`). */
export function isOnTerminalOfAnother(): boolean {
  const text = readSystemFile("/proc/self/stat") ?? "";
  const [, , , session, terminal] = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(terminal ?? 0) !== 0 && Number(session) !== process.pid;
}

/** Returns this process and those above it, the nearest first. */
export function listAncestry(): readonly ProcessFacts[] {
  const ancestry: ProcessFacts[] = [];
  let current = readProcess(process.pid);
  while (current !== null) {
    ancestry.push(current);
    current = current.parent > 0 ? readProcess(current.parent) : null;
  }
  return ancestry;
}

/** Returns every living process that this user can see. */
export function listProcesses(): readonly ProcessFacts[] {
  const names = existsSync("/proc") ? readdirSync("/proc") : [];
  const pids = names.filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => readProcess(Number(pid)) ?? []);
}

/** Returns the variables that a process was started with, as `NAME=value`; none if they cannot be read. */
export function readEnvironment(pid: number): readonly string[] {
  return readWords(`/proc/${pid}/environ`);
}

/** Returns the arguments of a process; none if they cannot be read. */
export function readArguments(pid: number): readonly string[] {
  return readWords(`/proc/${pid}/cmdline`);
}

function readWords(path: string): readonly string[] {
  const text = readSystemFile(path);
  return text === null || text === "" ? [] : text.replace(/\0$/, "").split("\0");
}

/** Sends a signal; returns false if the process is gone. Throws if it may not be signalled. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
    throw error;
  }
}

/**
 * Replaces this process by another program. `env --default-signal` in between restores the signal dispositions that Bun
 * changes (`changed`), or makes `all` of them the default. Throws if the kernel refuses. Words and variables that are
 * not UTF-8 reach it as they are in `raw`.
 */
export function replaceProcess(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  signals: "changed" | "all" = "changed",
  raw: UndecodableWords = new Map(),
): never {
  const option = signals === "all" ? "--default-signal" : "--default-signal=PIPE,XFSZ";
  const plain = { argv: ["/usr/bin/env", option, "--", ...command], environment };
  const replacement = restoreUndecodableWords(plain, 2, raw);
  const [program = ""] = replacement.argv;
  if (process.execve === undefined) throw new Error("process.execve is not available");
  try {
    return process.execve(program, [...replacement.argv], { ...replacement.environment });
  } catch (error) {
    // Node's warning that execve is experimental would follow the sentence about its failure.
    process.removeAllListeners("warning");
    const [, , , target = program] = replacement.argv;
    throw toFailure(`Cannot start ${target}`, error);
  }
}
