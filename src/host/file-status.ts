import { constants, readSync, type Stats } from "node:fs";
import { describeSystemError, errorCode } from "../core/system-failure.ts";

/** The kind of the file at a path; a link at the end of the path is not followed. */
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

/** Returns the kind of a file. */
export function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "fifo";
  return stats.isSocket() ? "socket" : "other";
}

/** Returns the facts that the rooms use. */
export function statusOf(stats: Stats): FileStatus {
  const { uid, gid, mode, size } = stats;
  return { kind: kindOf(stats), uid, gid, mode: mode & 0o7777, size };
}

/** Flags that do not wait for a FIFO's writer. */
export const READ = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Nothing can be read at a path. */
export type Unread =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Returns the outcome of a failed call that was to read something. */
export function unreadAfter(error: unknown): Unread {
  if (errorCode(error) === "ENOENT") return { kind: "missing" };
  return { kind: "unreadable", reason: describeSystemError(error) };
}

/** Reads until `read` returns 0, at most `maxBytes`. */
export function readChunks(maxBytes: number, read: (chunk: Buffer) => number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < maxBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(65_536, maxBytes - total));
    const count = read(chunk);
    if (count === 0) break;
    chunks.push(chunk.subarray(0, count));
    total += count;
  }
  return Buffer.concat(chunks);
}

/** Reads the text of an open file, at most `maxBytes` of it. */
export function readBounded(descriptor: number, maxBytes: number): string {
  const read = (chunk: Buffer) => readSync(descriptor, chunk, 0, chunk.length, null);
  return new TextDecoder().decode(readChunks(maxBytes, read));
}
