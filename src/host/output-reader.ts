import { existsSync, readlinkSync } from "node:fs";
import { isOnTerminalOfAnother } from "./processes.ts";

/**
 * The program that watches: there is no poll(2) here, and coreutils' `tail -f` ends by SIGPIPE as soon as its output
 * has no reader.
 */
const TAIL = "/usr/bin/tail";
const ENV = "/usr/bin/env";

/** A watch of stdout's reader. */
export interface ReaderWatch {
  /** Resolves when the reader of the pipe is gone; never if stdout is no pipe. */
  readonly gone: Promise<"gone">;
  readonly stop: () => void;
}

function isPipe(): boolean {
  try {
    return readlinkSync("/proc/self/fd/1").startsWith("pipe:");
  } catch {
    return false;
  }
}

/**
 * Starts to watch the reader of stdout, so that a program that waits for news exits when its output is not read any
 * more.
 */
export function watchReader(): ReaderWatch {
  const { promise: gone, resolve } = Promise.withResolvers<"gone">();
  if (!isPipe() || !existsSync(TAIL)) return { gone, stop: () => undefined };
  // With `--pid` it outlives this process by a second at most, however this process ends.
  const options = ["-s", "1", `--pid=${process.pid}`, "-f", "/dev/null"];
  // Bun leaves SIGPIPE ignored.
  const child = Bun.spawn([ENV, "--default-signal=PIPE", "--", TAIL, ...options], {
    stdin: "ignore",
    stdout: "inherit",
    stderr: "ignore",
    // hermes can take it over: not on the terminal of root's shell.
    detached: isOnTerminalOfAnother(),
    onExit: ({ signalCode }) => {
      if (signalCode === "SIGPIPE") resolve("gone");
    },
  });
  child.unref();
  return { gone, stop: () => child.kill("SIGKILL") };
}
