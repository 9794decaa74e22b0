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

/** Files and directories; what fails throws the system's error unless its outcome says otherwise. */
export type Files = typeof files;

/** The world as the rooms see it; `createHost()` makes the real one, tests make their own. */
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
  /** Waits for work, at most so long; whether it was done by then. */
  readonly within: (milliseconds: number, work: Promise<unknown>) => Promise<boolean>;
}

export interface Self {
  readonly pid: number;
  /** As Bun names it: `x64`, `arm64`. */
  readonly architecture: string;
  /** Absolute path of the running executable. */
  readonly executable: string;
  /** The arguments of this process as the kernel has them. */
  readonly argv: readonly string[];
  /** The directory this process is in; null where it is gone, or nobody may say. */
  readonly directory: () => string | null;
  /** Goes into another directory. Throws where the user that this process is may not. */
  readonly enterDirectory: (path: string) => void;
  /** Sets a variable of this process and of what it starts from now on; null removes it. */
  readonly setVariable: (name: string, value: string | null) => void;
  /** Resolves with the first SIGTERM, SIGINT or SIGHUP from now on; they no longer end the process. */
  readonly waitForEndSignal: () => Promise<NodeJS.Signals>;
  /**
   * Makes this process begin again with the same words, and without the optimizing compilers of JavaScriptCore, which take
   * 12 MB for whatever runs long. Returns if that is the case already, or if the system cannot do it.
   */
  readonly restartLean: () => void;
}

/** An option of JavaScriptCore, which it reads when the process begins. */
const LEAN = { name: "BUN_JSC_useDFGJIT", value: "0" } as const;

function restartLean(words: readonly string[]): void {
  if (process.platform !== "linux" || process.env[LEAN.name] !== undefined) return;
  // A process that was root is closed to others of hermes', who could reach root's terminal through it, until it begins again.
  if (processes.isOnTerminalOfAnother()) return;
  try {
    process.execve?.(process.execPath, [...words], { ...process.env, [LEAN.name]: LEAN.value });
  } catch {
    // The kernel refuses, or the file is gone: it goes on with more memory.
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

function currentDirectory(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Without leaving a timer behind, which would keep the process alive. */
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
  /** Everything up to the end of stdin, at most `maxBytes`. */
  readonly readAll: (maxBytes: number) => string;
  /** One line, without its newline; null at the end of stdin. */
  readonly readLine: () => string | null;
}

export interface Output {
  /** Results; of all that a terminal would obey only colours are left. */
  readonly result: (text: string) => void;
  /** Results byte for byte: what somebody asked for, or a program reads. */
  readonly rawResult: (text: string) => void;
  /** Everything else, as harmless; one line, the newline is added. */
  readonly note: (line: string) => void;
  /** Watches whether anybody still reads stdout, in a process that waits for news. */
  readonly watchReader: () => Promise<ReaderWatch>;
  /** Whether stdout (1) or stderr (2) is a terminal. */
  readonly isTerminal: (descriptor: 1 | 2) => boolean;
}

/** The real world. The environment is read at each access, so a change of user is seen. */
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
      directory: currentDirectory,
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
    loadRawTerminal: () => import("./raw-terminal.ts"),
  };
}
