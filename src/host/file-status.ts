import { readSync, type Stats } from "node:fs";

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

/** The kind of file that these are the facts of. */
export function kindOf(stats: Stats): FileKind {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  if (stats.isSymbolicLink()) return "link";
  if (stats.isFIFO()) return "fifo";
  return stats.isSocket() ? "socket" : "other";
}

/** The facts that the rooms use. */
export function statusOf(stats: Stats): FileStatus {
  const { uid, gid, mode, size } = stats;
  return { kind: kindOf(stats), uid, gid, mode: mode & 0o7777, size };
}

/** The text of an opened file, at most `maxBytes` of it. */
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
