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
} from "node:fs";
import { isUtf8 } from "node:buffer";
import { tryOr } from "../core/attempt.ts";
import { escapeBytes, REPLACEMENT } from "../core/printable.ts";
import { isLimit } from "../core/system-failure.ts";
import {
  READ,
  readBounded,
  statusOf,
  unreadAfter,
  type FileStatus,
  type Unread,
} from "./file-status.ts";

export type ListOutcome = { readonly kind: "names"; readonly names: readonly string[] } | Unread;

/** Returns the status of `path` itself; null if there is nothing. Throws for other errors. */
export function readStatus(path: string): FileStatus | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : statusOf(stats);
}

/** Returns the status of the target of a path, through links; null if it cannot be seen. */
export function readTargetStatus(path: string): FileStatus | null {
  return tryOr(() => statusOf(statSync(path)), null);
}

/** Returns true if two paths lead to the same file. */
export function isSameFile(first: string, second: string): boolean {
  return tryOr(() => {
    const [one, other] = [statSync(first), statSync(second)];
    return one.dev === other.dev && one.ino === other.ino;
  }, false);
}

/** Reads the first `maxBytes` bytes of a regular file, not through a link; null if it cannot be read. */
export function readBytes(path: string, maxBytes: number): Uint8Array | null {
  return readStart(path, READ | constants.O_NOFOLLOW, maxBytes);
}

/** Does the same through links. */
export function readTargetBytes(path: string, maxBytes: number): Uint8Array | null {
  return readStart(path, READ, maxBytes);
}

function readStart(path: string, flags: number, maxBytes: number): Uint8Array | null {
  return tryOr(() => {
    const descriptor = openSync(path, flags);
    try {
      if (!fstatSync(descriptor).isFile()) return null;
      const bytes = Buffer.alloc(maxBytes);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, maxBytes, 0));
    } finally {
      closeSync(descriptor);
    }
  }, null);
}

/** Reads a file of `/proc` or `/etc`, at most 1 MiB; null if it cannot be read. Throws if a limit is reached. */
export function readSystemFile(path: string): string | null {
  try {
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readBounded(descriptor, 1_048_576);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // Nothing is known of the file: "it is not there" would be a wrong answer.
    if (isLimit(error)) throw error;
    return null;
  }
}

/** The free space of a file system for users other than root. */
export interface FreeSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that can still be made; Infinity if there is no limit. */
  readonly freeFiles: number;
}

/** Returns the free space at `path`; null if it is not known. */
export function readSpace(path: string): FreeSpace | null {
  return tryOr(() => {
    const { bavail, blocks, bsize, files, ffree } = statfsSync(path);
    const space = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
    return blocks === 0 ? null : { ...space, freeFiles: files === 0 ? Infinity : ffree };
  }, null);
}

/** Lists the names in a directory, sorted by code unit, without those that are not UTF-8: as text they name no file. */
export function listDirectory(path: string): ListOutcome {
  try {
    const texts = readdirSync(path).toSorted();
    if (!texts.some((name) => name.includes(REPLACEMENT))) return { kind: "names", names: texts };
    const entries = readdirSync(path, { encoding: "buffer" }).filter((bytes) => isUtf8(bytes));
    return { kind: "names", names: entries.map((bytes) => bytes.toString("utf8")).toSorted() };
  } catch (error) {
    return unreadAfter(error);
  }
}

/** Lists the names in a directory that are not UTF-8, escaped (`caf%E9`); none if it cannot be read. */
export function listUndecodable(path: string): readonly string[] {
  const entries = tryOr(() => readdirSync(path, { encoding: "buffer" }), []);
  return entries
    .filter((bytes) => !isUtf8(bytes))
    .map(escapeBytes)
    .toSorted();
}

const TERMINAL = /^\/dev\/(?:pts\/\d+|console|tty\d*)$/;

/** Returns true for a terminal, also of another process (`/proc/<pid>/fd/<n>`). Loading node:tty would take 2 ms. */
export function isTerminal(descriptor: string): boolean {
  return tryOr(() => TERMINAL.test(readlinkSync(descriptor)), false);
}
