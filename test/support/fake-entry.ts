import type { FifoReader } from "../../src/host/file-system.ts";
import type { FileKind, FileStatus } from "../../src/host/file-status.ts";

/** What stands at one path of the disk. */
export interface Entry {
  /** Stays with it whatever it is called. */
  readonly id: string;
  readonly kind: FileKind;
  mode: number;
  uid: number;
  gid: number;
  bytes: Uint8Array;
  /** Bytes that the file says it has; more than `bytes` for a file too large to be made. */
  size: number;
  readonly target: string;
  readonly reader: FifoReader;
  /** Milliseconds since 1970 of its last change. */
  readonly changedMs: number;
}

export interface EntryOptions {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly size?: number;
  readonly changedMs?: number;
}

/** What a call for the status of a path says. */
export function statusOf(entry: Entry | undefined): FileStatus | null {
  if (entry === undefined) return null;
  const { kind, uid, gid, mode, size } = entry;
  return { kind, uid, gid, mode, size };
}
