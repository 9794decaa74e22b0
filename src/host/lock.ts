import { Database } from "bun:sqlite";
import { chmodSync, lchownSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** A lock that the kernel gives back when its holder dies, however it dies. */
export interface HeldLock {
  readonly release: () => void;
}

/**
 * Takes the exclusive lock of an SQLite file, which is a kernel lock on that file (there is no flock in
 * Bun). Null where another process holds it. Throws where the file cannot be made or opened.
 */
export function tryLock(path: string): HeldLock | null {
  const database = new Database(path, { create: true });
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return null;
    throw error;
  }
  chmodSync(path, 0o600);
  shareWithOwner(path);
  return { release: () => database.close() };
}

/** A lock that root makes in a directory of somebody else's must be theirs to take, too. */
function shareWithOwner(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  lchownSync(path, uid, gid);
}
