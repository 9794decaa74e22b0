import { existsSync, readlinkSync } from "node:fs";
import { tryOr } from "../core/attempt.ts";
import { isOnTerminalOfAnother } from "./processes.ts";

/** There is no poll(2) here; `tail -f` ends by SIGPIPE as soon as its output has no reader. */
const TAIL = "/usr/bin/tail";
const ENV = "/usr/bin/env";

/** A watch of stdout's reader. */
export interface ReaderWatch {
  /** Resolves when the reader of the pipe is gone; never if stdout is no pipe. */
  readonly gone: Promise<"gone">;
  readonly stop: () => void;
}

function isPipe(): boolean {
  return tryOr(() => readlinkSync("/proc/self/fd/1"), "").startsWith("pipe:");
}

/** Watches the reader of stdout, so that a program that waits for news ends when it is not read any more. */
export function watchReader(): ReaderWatch {
  const { promise: gone, resolve } = Promise.withResolvers<"gone">();
  if (!isPipe() || !existsSync(TAIL)) return { gone, stop: () => undefined };
  // With `--pid` it outlives this process by a second at most, however this process ends.
  const options = ["-s", "1", `--pid=${process.pid}`, "-f", "/dev/null"];
  // Bun leaves SIGPIPE ignored.
  const child = Bun.spawn([ENV, "--default-signal=PIPE", "--", TAIL, ...options], {
    stdio: ["ignore", "inherit", "ignore"],
    // hermes can take it over: not on the terminal of root's shell.
    detached: isOnTerminalOfAnother(),
    onExit: ({ signalCode }) => {
      if (signalCode === "SIGPIPE") resolve("gone");
    },
  });
  child.unref();
  return { gone, stop: () => child.kill("SIGKILL") };
}
