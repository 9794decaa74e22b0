import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  statfsSync,
  statSync,
  type Stats,
} from "node:fs";
import { describeSystemError, errorCode } from "./system-error.ts";

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

function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "fifo";
  return stats.isSocket() ? "socket" : "other";
}

function statusOf(stats: Stats): FileStatus {
  const { uid, gid, mode, size } = stats;
  return { kind: kindOf(stats), uid, gid, mode: mode & 0o7777, size };
}

/** Status of what stands at `path` itself; null where there is nothing. Throws for other errors. */
export function readStatus(path: string): FileStatus | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : statusOf(stats);
}

/** Status of what a path leads to, through links; null where there is nothing to see. */
export function readTargetStatus(path: string): FileStatus | null {
  try {
    return statusOf(statSync(path));
  } catch {
    return null;
  }
}

/** Whether two paths lead to the same file. */
export function isSameFile(first: string, second: string): boolean {
  try {
    const [one, other] = [statSync(first), statSync(second)];
    return one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

/** Never through a link, never waiting for a FIFO's writer. */
const READ_STRANGER =
  constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

/**
 * Reads a file that a stranger may have put there: never follows a link at its end, never blocks on
 * a FIFO, and refuses what is not a regular file or is longer than `maxBytes`.
 */
export function readTextFile(path: string, maxBytes: number): ReadOutcome {
  let descriptor: number;
  try {
    descriptor = openSync(path, READ_STRANGER);
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

/** The first `maxBytes` bytes of a regular file, never through a link; null where it cannot be read. */
export function readBytes(path: string, maxBytes: number): Uint8Array | null {
  return readStart(path, READ_STRANGER, maxBytes);
}

/** The same, through links: for what is used through them. */
export function readTargetBytes(path: string, maxBytes: number): Uint8Array | null {
  return readStart(path, READ_STRANGER & ~constants.O_NOFOLLOW, maxBytes);
}

function readStart(path: string, flags: number, maxBytes: number): Uint8Array | null {
  try {
    const descriptor = openSync(path, flags);
    try {
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = Buffer.alloc(maxBytes);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, maxBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
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

/** What is free on a file system, for who is not root. */
export interface FreeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that can still be made; Infinity where there is no limit. */
  readonly freeFiles: number;
}

/** How much is free where `path` is; null where nobody says. */
export function readSpace(path: string): FreeSpace | null {
  try {
    const { bavail, blocks, bsize, files, ffree } = statfsSync(path);
    const freeFiles = files === 0 ? Infinity : ffree;
    return blocks === 0
      ? null
      : { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeFiles };
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

const TERMINAL = /^\/dev\/(?:pts\/\d+|console|tty\d*)$/;

/**
 * Whether a descriptor (`/proc/<pid>/fd/<n>`) is a terminal, told by the device it leads to; node:tty
 * would cost every command 2 ms and cannot look at another process.
 */
export function isTerminal(descriptor: string): boolean {
  try {
    return TERMINAL.test(readlinkSync(descriptor));
  } catch {
    return false;
  }
}
