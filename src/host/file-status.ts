import { readSync, type Stats } from "node:fs";

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

/** Reads the text of an open file, at most `maxBytes` of it. */
export function readBounded(descriptor: number, maxBytes: number): string {
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
