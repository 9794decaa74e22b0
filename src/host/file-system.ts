import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  lchownSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { tryOr } from "../core/attempt.ts";
import { errorCode, isLimit } from "../core/system-failure.ts";
import { withExactModes } from "./exact-modes.ts";

/** Makes a new directory with exactly this mode, whatever the umask is. Throws if it exists. */
export function createDirectory(path: string, mode: number): void {
  withExactModes(() => mkdirSync(path, { mode }));
}

/** Makes a directory and its parents if they are missing. */
export function ensureDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
}

/** Removes a file, a link or a whole directory without following links; missing is fine. */
export function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Removes one file or link; returns false if it was missing. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** Returns the target of a link; null if `path` is no link. */
export function readLink(path: string): string | null {
  return tryOr(() => readlinkSync(path), null);
}

/** Returns true if a directory is at `path`, through links. */
export function isDirectory(path: string): boolean {
  return tryOr(() => statSync(path).isDirectory(), false);
}

export function isWritable(path: string): boolean {
  return isAccessible(path, constants.W_OK);
}

export function isExecutable(path: string): boolean {
  return isAccessible(path, constants.X_OK);
}

function isAccessible(path: string, mode: number): boolean {
  return tryOr(() => {
    accessSync(path, mode);
    return true;
  }, false);
}

/** The reader of a FIFO: it is there, or not, or unknown because this user may not write to the FIFO. */
export type FifoReader = "present" | "absent" | "not-permitted";

/** Looks if a process reads a FIFO, without blocking or writing. Throws at a limit: nothing is known then. */
export function probeFifo(path: string): FifoReader {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return "present";
  } catch (error) {
    if (isLimit(error)) throw error;
    const code = errorCode(error);
    return code === "EACCES" || code === "EPERM" ? "not-permitted" : "absent";
  }
}

export { chmodSync as setMode, existsSync as exists, lchownSync as setOwner };
export { renameSync as rename, symlinkSync as createLink };
