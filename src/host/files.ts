import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** What stands at a path, without following a link at its end. */
export type FileKind = "file" | "directory" | "link" | "fifo" | "socket" | "other";

export interface FileStatus {
  readonly kind: FileKind;
  readonly uid: number;
  readonly gid: number;
  /** Permission bits only. */
  readonly mode: number;
  /** Bytes. */
  readonly size: number;
}

/** The outcome of reading a file that somebody else may have written. */
export type ReadOutcome =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

export type ListOutcome =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** The system's error code of a failed call (`ENOENT`), or null for any other error. */
export function errorCode(error: unknown): string | null {
  if (!(error instanceof Error) || !("code" in error)) return null;
  return typeof error.code === "string" ? error.code : null;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "operation not permitted",
  EROFS: "read-only file system",
  ENOSPC: "no space left on device",
  EDQUOT: "disk quota exceeded",
  ENOENT: "no such file or directory",
  ENOTDIR: "not a directory",
  EISDIR: "is a directory",
  EEXIST: "file exists",
  ENOTEMPTY: "directory not empty",
  ELOOP: "is a link",
  ENXIO: "nobody is listening",
  EIO: "input/output error",
};

/** A failed system call in words, without the path that the caller already names. */
export function describeSystemError(error: unknown): string {
  const code = errorCode(error);
  if (code !== null) return REASONS[code] ?? code;
  return error instanceof Error ? error.message : String(error);
}

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "fifo";
  return stats.isSocket() ? "socket" : "other";
}

/** Status of what stands at `path` itself; null where there is nothing. Throws for other errors. */
export function readStatus(path: string): FileStatus | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  const { uid, gid, mode, size } = stats;
  return { kind: kindOf(stats), uid, gid, mode: mode & 0o7777, size };
}

/**
 * Reads a file that a stranger may have put there: never follows a link at its end, never blocks on
 * a FIFO, and refuses what is not a regular file or is longer than `maxBytes`.
 */
export function readTextFile(path: string, maxBytes: number): ReadOutcome {
  let descriptor: number;
  try {
    descriptor = openSync(
      path,
      constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY,
    );
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "missing" };
    return { kind: "unreadable", reason: describeSystemError(error) };
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return { kind: "unreadable", reason: `is a ${kindOf(stats)}` };
    if (stats.size > maxBytes) {
      return { kind: "unreadable", reason: `is larger than ${maxBytes} bytes` };
    }
    return { kind: "text", text: readBounded(descriptor, maxBytes) };
  } catch (error) {
    return { kind: "unreadable", reason: describeSystemError(error) };
  } finally {
    closeSync(descriptor);
  }
}

function readBounded(descriptor: number, maxBytes: number): string {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, maxBytes - total));
    const count = readSync(descriptor, chunk, 0, chunk.length, null);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Reads a file of `/proc` or `/etc`, at most 1 MiB of it; null where it cannot be read. */
export function readSystemFile(path: string): string | null {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readBounded(descriptor, 1_048_576);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/** The names in a directory, sorted by code unit. */
export function listDirectory(path: string): ListOutcome {
  try {
    return { kind: "names", names: readdirSync(path).toSorted() };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "missing" };
    return { kind: "unreadable", reason: describeSystemError(error) };
  }
}

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces the file at `path`: a temporary beside it, write, fsync, rename, fsync the directory.
 * A reader sees the old text or the new one, never a part. Throws the system's error.
 */
export function writeFileAtomically(path: string, text: string, mode: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW;
  try {
    const descriptor = openSync(temporary, flags, mode);
    try {
      writeWhole(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/** Writes a new file with exactly this mode, whatever the umask is. Throws if it exists. */
export function createFile(path: string, text: string, mode: number): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, mode);
  try {
    writeWhole(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(path, mode);
}

/** Appends to a log that only its owner writes; never follows a link. Throws the system's error. */
export function appendToFile(path: string, text: string, mode: number): void {
  const flags =
    constants.O_WRONLY |
    constants.O_APPEND |
    constants.O_CREAT |
    constants.O_NOFOLLOW |
    constants.O_NONBLOCK;
  const descriptor = openSync(path, flags, mode);
  try {
    writeWhole(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

/** Makes a new directory with exactly this mode, whatever the umask is. Throws if it exists. */
export function createDirectory(path: string, mode: number): void {
  mkdirSync(path);
  chmodSync(path, mode);
}

/** Makes a directory and its parents where they are missing. */
export function ensureDirectory(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
}

/** Removes a file, a link or a whole directory without following links; missing is fine. */
export function removeTree(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Removes one file or link; false where it was missing. */
export function removeFile(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

/** The target of a link, or null where `path` is not one. */
export function readLink(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** Whether a directory is at `path`, following links. */
export function isDirectory(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

export function isWritable(path: string): boolean {
  return isAccessible(path, constants.W_OK);
}

export function isExecutable(path: string): boolean {
  return isAccessible(path, constants.X_OK);
}

function isAccessible(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

/** Who listens on a FIFO: a reader, nobody, or unknown because we may not write to it. */
export type FifoReader = "present" | "absent" | "not-permitted";

/** Asks whether a process has the FIFO open for reading, without blocking and without writing. */
export function probeFifo(path: string): FifoReader {
  try {
    closeSync(openSync(path, constants.O_WRONLY | constants.O_NONBLOCK));
    return "present";
  } catch (error) {
    const code = errorCode(error);
    return code === "EACCES" || code === "EPERM" ? "not-permitted" : "absent";
  }
}

export { chmodSync as setMode, existsSync as exists, lchownSync as setOwner };
export { renameSync as rename, symlinkSync as createLink };
