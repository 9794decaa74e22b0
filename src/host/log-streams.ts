import { closeSync, constants, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { AppError } from "../core/errors.ts";
import { readChildExit, type ChildExit } from "./children.ts";
import { runCommand } from "./processes.ts";
import { errorCode } from "../core/system-failure.ts";

const MAX_COMPLAINT_BYTES = 2000;

/** A child that reads the pipe. */
export interface PipeReader {
  readonly pid: number;
  /** Returns its exit; null while it lives. */
  readonly exit: () => ChildExit | null;
  /** Returns what it wrote to its stderr. */
  readonly complaint: () => string;
  readonly kill: () => void;
}

/** Our stdin and stdout, and a pipe to one child at a time. None of them ever blocks. */
export interface LogStreams {
  /** Returns the bytes that were read into `buffer`; `empty` if there are none now, `end` if there will be none. */
  readonly read: (buffer: Uint8Array) => number | "empty" | "end";
  /** Returns the bytes that stdout took; `broken` if it has no reader any more. */
  readonly write: (bytes: Uint8Array) => number | "broken";
  /** Returns the bytes that the pipe took. The next child gets what this one has not read. */
  readonly writePipe: (bytes: Uint8Array) => number;
  /** Ends the child's input. */
  readonly endPipe: () => void;
  readonly reopenPipe: () => void;
  /** Starts a program (an absolute path) that reads the pipe. Throws if it cannot be started. */
  readonly startReader: (
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
  ) => PipeReader;
}

function writeNow(descriptor: number, bytes: Uint8Array): number | "broken" {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if (errorCode(error) === "EAGAIN") return 0;
    return "broken";
  }
}

function readNow(descriptor: number, buffer: Uint8Array): number | "empty" | "end" {
  try {
    const count = readSync(descriptor, buffer, 0, buffer.length, null);
    return count === 0 ? "end" : count;
  } catch (error) {
    if (errorCode(error) === "EAGAIN") return "empty";
    if (errorCode(error) === "EOF") return "end";
    throw error;
  }
}

/** Sets O_NONBLOCK on stdin and stdout, as s6-log does. Bun has no fcntl; dd (coreutils 9) leaves the flag set. */
async function unblock(): Promise<void> {
  const dd = ["/usr/bin/dd", "count=0", "status=none"];
  const limit = { timeoutMs: 10_000 };
  const results = [
    await runCommand([...dd, "iflag=nonblock"], { ...limit, share: "stdin" }),
    await runCommand(["/bin/sh", "-c", 'exec "$@" >&3', "sh", ...dd, "oflag=nonblock"], {
      ...limit,
      share: "stdout",
    }),
  ];
  for (const { exitCode, stderr } of results) {
    if (exitCode === 0) continue;
    throw new AppError("io", `Cannot make stdin and stdout non-blocking: ${stderr.trim()}`);
  }
}

async function collectComplaint(stream: ReadableStream<Uint8Array>, add: (text: string) => void) {
  const decoder = new TextDecoder();
  for await (const chunk of stream) add(decoder.decode(chunk, { stream: true }));
}

/** Opens the streams. The pipe is a FIFO at `fifoPath`, which is removed again when this returns. */
export async function openLogStreams(fifoPath: string): Promise<LogStreams> {
  await unblock();
  const made = await runCommand(["/usr/bin/mkfifo", "-m", "600", "--", fifoPath], {
    timeoutMs: 10_000,
  });
  if (made.exitCode !== 0) throw new AppError("io", `Cannot make a FIFO: ${made.stderr.trim()}`);
  const reader = openSync(fifoPath, constants.O_RDONLY | constants.O_NONBLOCK);
  const openWriter = () =>
    openSync(`/proc/self/fd/${reader}`, constants.O_WRONLY | constants.O_NONBLOCK);
  let writer: number | null = openWriter();
  unlinkSync(fifoPath);
  return {
    read: (buffer) => readNow(0, buffer),
    write: (bytes) => writeNow(1, bytes),
    writePipe: (bytes) => {
      const taken = writer === null ? 0 : writeNow(writer, bytes);
      return taken === "broken" ? 0 : taken;
    },
    endPipe: () => {
      if (writer !== null) closeSync(writer);
      writer = null;
    },
    reopenPipe: () => {
      writer ??= openWriter();
    },
    startReader: (command, environment) => {
      let complaint = "";
      const child = Bun.spawn([...command], {
        stdio: [reader, "ignore", "pipe"],
        cwd: "/",
        env: { ...environment },
      });
      void collectComplaint(child.stderr, (text) => {
        complaint = (complaint + text).slice(0, MAX_COMPLAINT_BYTES);
      });
      return {
        pid: child.pid,
        exit: () => readChildExit(child),
        complaint: () => complaint,
        kill: () => child.kill("SIGKILL"),
      };
    },
  };
}
