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
import { escapeBytes } from "../core/printable.ts";
import { describeSystemError, errorCode, isLimit } from "../core/system-failure.ts";
import { readBounded, statusOf, type FileStatus } from "./file-status.ts";

export type ListOutcome =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

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

/**
 * Reads a file of `/proc` or `/etc`, at most 1 MiB of it; null where it cannot be read. Throws the system's error if a
 * limit of open files or of memory is reached.
 */
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

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isUtf8(bytes: Uint8Array): boolean {
  try {
    UTF8.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

/** What a byte that is not UTF-8 becomes in a text. */
const REPLACEMENT = "\uFFFD";

/**
 * The names in a directory, sorted by code unit. One that is not UTF-8 is left out: as a text it would be another
 * name, that of no file.
 */
export function listDirectory(path: string): ListOutcome {
  try {
    const texts = readdirSync(path).toSorted();
    if (!texts.some((name) => name.includes(REPLACEMENT))) return { kind: "names", names: texts };
    const entries = readdirSync(path, { encoding: "buffer" }).filter(isUtf8);
    return { kind: "names", names: entries.map((bytes) => UTF8.decode(bytes)).toSorted() };
  } catch (error) {
    if (errorCode(error) === "ENOENT") return { kind: "missing" };
    return { kind: "unreadable", reason: describeSystemError(error) };
  }
}

/** The names in a directory that are not UTF-8, as a person may read them (`caf%E9`); none where it cannot be read. */
export function listUndecodable(path: string): readonly string[] {
  try {
    return readdirSync(path, { encoding: "buffer" })
      .filter((bytes) => !isUtf8(bytes))
      .map(escapeBytes)
      .toSorted();
  } catch {
    return [];
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
