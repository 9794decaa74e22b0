import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync } from "node:fs";
import { tryOr } from "../core/attempt.ts";
import { READ, unreadAfter, type Unread } from "./file-status.ts";
import { mayFollowLinks } from "./link-rights.ts";

/** An open regular file, which stays the same one if its name changes or goes. */
export interface OpenedFile {
  /** An id that no other existing file has. */
  readonly id: string;
  /** Returns its size in bytes. */
  readonly size: () => number;
  /** Reads at most `length` bytes from `offset`; fewer at its end. */
  readonly read: (offset: number, length: number) => Uint8Array;
  /** Fills `target` with the bytes from `offset` on; returns how many, which are fewer only at the end of the file. */
  readonly readInto: (target: Uint8Array, offset: number) => number;
  readonly close: () => void;
}

export type OpenOutcome = { readonly kind: "file"; readonly file: OpenedFile } | Unread;

/** Bytes that are read before the memory for them is given back; the runtime would let a hundred megabytes pile up. */
const GARBAGE_BYTES = 131_072;
/** Bytes that an open file costs even if nothing is read from it. */
const FILE_BYTES = 2048;
/** Bytes of all files together, for they share the memory. */
let bytesSinceCollection = 0;

function collectNowAndThen(bytes: number): void {
  bytesSinceCollection += bytes;
  if (bytesSinceCollection < GARBAGE_BYTES) return;
  bytesSinceCollection = 0;
  Bun.gc(true);
}

const idOf = ({ dev, ino }: { readonly dev: number; readonly ino: number }) => `${dev}:${ino}`;

/** Opens a file that another user may have put there: no FIFO, no device, and for root no link at its end. */
export function openFile(path: string): OpenOutcome {
  const flags = mayFollowLinks() ? READ : READ | constants.O_NOFOLLOW;
  let descriptor: number;
  try {
    descriptor = openSync(path, flags);
  } catch (error) {
    return unreadAfter(error);
  }
  const stats = fstatSync(descriptor);
  if (!stats.isFile()) {
    closeSync(descriptor);
    return { kind: "unreadable", reason: "is not a regular file" };
  }
  const readInto = (target: Uint8Array, offset: number) => {
    let count = 0;
    while (count < target.length) {
      const some = readSync(descriptor, target, count, target.length - count, offset + count);
      if (some === 0) break;
      count += some;
    }
    collectNowAndThen(count);
    return count;
  };
  const read = (offset: number, length: number) => {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, readInto(buffer, offset));
  };
  collectNowAndThen(FILE_BYTES);
  const size = () => fstatSync(descriptor).size;
  const close = () => closeSync(descriptor);
  return { kind: "file", file: { id: idOf(stats), size, read, readInto, close } };
}

/** Returns the id of the regular file at a path now; null if there is none. */
export function readFileId(path: string): string | null {
  const stats = tryOr(() => (mayFollowLinks() ? statSync(path) : lstatSync(path)), null);
  return stats?.isFile() === true ? idOf(stats) : null;
}
