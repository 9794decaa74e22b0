import { closeSync, writeSync } from "node:fs";
import { quietly } from "../core/attempt.ts";
import { AppError } from "../core/errors.ts";
import { describeSystemError, errorCode } from "../core/system-failure.ts";

/** Thrown when the reader of a pipe went away; the command ends quietly, as with SIGPIPE. */
export class BrokenPipe extends Error {
  override readonly name = "BrokenPipe";
}

/**
 * Writes all of `text` to a descriptor. Does not use `process.stdout`, which would leave O_NONBLOCK set on a pipe that
 * other processes share; waits if another process has set it. Throws if a disk or a terminal takes no more.
 */
export function writeToDescriptor(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const code = errorCode(error);
      if (code === "EPIPE") throw new BrokenPipe();
      if (code !== "EAGAIN") {
        const reason = describeSystemError(error);
        throw new AppError("io", `Cannot write the output: ${reason}`, { cause: error });
      }
      Bun.sleepSync(2);
    }
  }
}

/** Writes a line for people to stderr. A line that cannot be written is lost: work must not stop halfway for it. */
export function writeNote(line: string): void {
  try {
    writeToDescriptor(2, `${line}\n`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/**
 * Makes this process exit without a change of the terminal's modes; for the end of a program, which writes no more. Bun
 * 1.4.4 saves the modes of the terminals on descriptors 0-2 at its start, and if stdout is one, sets them again when
 * the process exits or SIGINT or SIGTERM kills it, not at execve (`bun_restore_stdio` in its c-bindings.cpp). Meanwhile
 * a program beside this one, such as the container's command, may have changed them. After a crash Bun still does it.
 */
export function keepTerminalModesAtExit(): void {
  process.once("exit", () => {
    // One that is closed already is no failure.
    for (const descriptor of [0, 1, 2]) quietly(() => closeSync(descriptor));
  });
}
