import { tryOr } from "../core/attempt.ts";
import { describeSystemError, errorCode } from "../core/system-failure.ts";
import { makeHarmless } from "../core/printable.ts";
import * as fileSystem from "./file-system.ts";
import * as processes from "./processes.ts";
import * as users from "./users.ts";
import { readAll, readLine } from "./input.ts";
import type { ReaderWatch } from "./output-reader.ts";
import * as openedFile from "./opened-file.ts";
import * as pinned from "./pinned.ts";
import { writeNote, writeToDescriptor } from "./output.ts";
import { readUndecodableWords } from "./undecodable-words.ts";
import * as reading from "./reading.ts";
import * as textFile from "./text-file.ts";
import * as writing from "./writing.ts";

const files = {
  ...fileSystem,
  ...openedFile,
  ...pinned,
  ...reading,
  ...textFile,
  ...writing,
  describeSystemError,
  errorCode,
};

/** Files and directories. A failure throws the system's error if the outcome has no kind for it. */
export type Files = typeof files;

/** The world outside of this process, as the rooms see it. `createHost()` makes the real one, tests make their own. */
export interface Host {
  readonly files: Files;
  readonly processes: typeof processes;
  readonly users: typeof users;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly self: Self;
  readonly input: Input;
  readonly output: Output;
  /** Loaded when used: most commands need neither SQLite nor HTTP nor a terminal. */
  readonly loadLock: () => Promise<typeof import("./lock.ts")>;
  readonly loadHttp: () => Promise<typeof import("./http.ts")>;
  readonly loadChildren: () => Promise<typeof import("./children.ts")>;
  readonly loadLogStreams: () => Promise<typeof import("./log-streams.ts")>;
  readonly loadHttpServer: () => Promise<typeof import("./http-server.ts")>;
  readonly loadHttpClient: () => Promise<typeof import("./http-client.ts")>;
  readonly loadFullScreen: () => Promise<typeof import("./full-screen.ts")>;
  readonly loadTerminalSize: () => Promise<typeof import("./terminal-size.ts")>;
  readonly loadRawTerminal: () => Promise<typeof import("./raw-terminal.ts")>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds of this process's own clock, which is never set back. */
  readonly elapsed: () => number;
  /** Milliseconds since the machine started: never set back, and the same for every process. */
  readonly uptime: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Waits for work, but not longer than that; returns true if it was done by then. */
  readonly within: (milliseconds: number, work: Promise<unknown>) => Promise<boolean>;
}

export interface Self {
  readonly pid: number;
  /** The architecture as Bun names it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Absolute path of the running executable. */
  readonly executable: string;
  /** The arguments of this process as the kernel has them. */
  readonly argv: readonly string[];
  /** Returns the current directory; null if it is gone or may not be read. */
  readonly directory: () => string | null;
  /** Changes the current directory. Throws if this user may not enter it. */
  readonly enterDirectory: (path: string) => void;
  /** Sets a variable of this process and of the programs that it starts from now on; null removes it. */
  readonly setVariable: (name: string, value: string | null) => void;
  /** Resolves with the first SIGTERM, SIGINT or SIGHUP from now on; they no longer end the process. */
  readonly waitForEndSignal: () => Promise<NodeJS.Signals>;
  /**
   * Restarts this process with the same arguments, without the optimizing compilers of JavaScriptCore, which take 12 MB
   * in a process that runs long. Returns if that is the case already, or if the system cannot do it.
   */
  readonly restartLean: () => void;
}

/** An option that JavaScriptCore reads when a process begins. */
const LEAN = { name: "BUN_JSC_useDFGJIT", value: "0" } as const;

function restartLean(words: readonly string[]): void {
  if (process.platform !== "linux" || process.env[LEAN.name] !== undefined) return;
  // A process that was root cannot be traced by other processes of hermes until it begins again; they could reach
  // root's terminal through it.
  if (processes.isOnTerminalOfAnother()) return;
  try {
    process.execve?.(process.execPath, [...words], { ...process.env, [LEAN.name]: LEAN.value });
  } catch {
    // The kernel refuses, or the file is gone: this process goes on, with more memory.
  }
}

function waitForEndSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
      process.on(signal, () => resolve(signal));
    }
  });
}

function setVariable(name: string, value: string | null): void {
  if (value === null) delete process.env[name];
  else process.env[name] = value;
}

/** Leaves no timer behind, which would keep the process alive. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), milliseconds);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The first number of `/proc/uptime` (proc(5)): seconds, with two digits behind the point. */
function readUptime(): number {
  const seconds = Number.parseFloat(reading.readSystemFile("/proc/uptime") ?? "");
  return Number.isNaN(seconds) ? Date.now() : Math.round(seconds * 1000);
}

export interface Input {
  readonly isTerminal: () => boolean;
  /** Returns everything up to the end of stdin, at most `maxBytes`. */
  readonly readAll: (maxBytes: number) => string;
  /** Returns one line, without its newline; null at the end of stdin. */
  readonly readLine: () => string | null;
}

export interface Output {
  /** Prints results. Removes all control sequences except colours. */
  readonly result: (text: string) => void;
  /** Prints results byte for byte, for a program, or because the user asked for that. */
  readonly rawResult: (text: string) => void;
  /** Prints a line on stderr, filtered in the same way; the newline is added. */
  readonly note: (line: string) => void;
  /** Watches the reader of stdout, in a process that waits for news. */
  readonly watchReader: () => Promise<ReaderWatch>;
  /** Returns true if stdout (1) or stderr (2) is a terminal. */
  readonly isTerminal: (descriptor: 1 | 2) => boolean;
}

/** Makes the real host. The environment is read at each access, so that a change of user is seen. */
export function createHost(): Host {
  const raw = readUndecodableWords();
  const words = [process.argv0, ...process.argv.slice(2)];
  return {
    files,
    processes: {
      ...processes,
      replaceProcess: (command, environment, signals) =>
        processes.replaceProcess(command, environment, signals, raw),
    },
    users,
    get environment() {
      return process.env;
    },
    clock: {
      now: () => Date.now(),
      elapsed: () => performance.now(),
      uptime: readUptime,
      sleep: (milliseconds) => Bun.sleep(milliseconds),
      within,
    },
    self: {
      pid: process.pid,
      architecture: process.arch,
      executable: process.execPath,
      argv: words,
      directory: () => tryOr(() => process.cwd(), null),
      enterDirectory: (path) => process.chdir(path),
      setVariable,
      waitForEndSignal,
      restartLean: () => restartLean(words),
    },
    input: {
      isTerminal: () => reading.isTerminal("/proc/self/fd/0"),
      readAll: (maxBytes) => readAll(0, maxBytes),
      readLine: () => readLine(0),
    },
    output: {
      result: (text) => writeToDescriptor(1, makeHarmless(text)),
      rawResult: (text) => writeToDescriptor(1, text),
      watchReader: async () => (await import("./output-reader.ts")).watchReader(),
      note: (line) => writeNote(makeHarmless(line)),
      isTerminal: (descriptor) => reading.isTerminal(`/proc/self/fd/${descriptor}`),
    },
    loadLock: () => import("./lock.ts"),
    loadHttp: () => import("./http.ts"),
    loadChildren: () => import("./children.ts"),
    loadLogStreams: () => import("./log-streams.ts"),
    loadHttpServer: () => import("./http-server.ts"),
    loadHttpClient: () => import("./http-client.ts"),
    loadFullScreen: () => import("./full-screen.ts"),
    loadTerminalSize: () => import("./terminal-size.ts"),
    loadRawTerminal: () => import("./raw-terminal.ts"),
  };
}
