import { constants as sqlite, Database } from "bun:sqlite";
import { closeSync, constants, fchownSync, openSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../core/system-failure.ts";

/** A lock that the kernel gives back when its holder dies, however it dies. */
export interface HeldLock {
  readonly release: () => void;
}

/**
 * Makes the file of a lock if there is none, closed to everybody but its owner from the first moment: whoever can
 * open it can hold it. A lock that root makes in a directory of another user's is that user's.
 */
function makeFile(path: string): void {
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  let descriptor: number;
  try {
    descriptor = openSync(path, flags, 0o600);
  } catch (error) {
    if (errorCode(error) === "EEXIST") return;
    throw error;
  }
  try {
    if (process.getuid?.() !== 0) return;
    const { uid, gid } = statSync(dirname(path));
    fchownSync(descriptor, uid, gid);
  } finally {
    closeSync(descriptor);
  }
}

const OPEN = sqlite.SQLITE_OPEN_READWRITE | sqlite.SQLITE_OPEN_NOFOLLOW;

/**
 * Takes the exclusive lock of an SQLite file, which is a kernel lock on that file (there is no flock in
 * Bun). Null where another process holds it. Throws where the file cannot be made or opened, or is a link.
 */
export function tryLock(path: string): HeldLock | null {
  makeFile(path);
  // SQLite refuses a link anywhere in a path, and a directory may be one.
  const database = new Database(join(realpathSync(dirname(path)), basename(path)), OPEN);
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "code" in error && error.code === "SQLITE_BUSY") return null;
    throw error;
  }
  return { release: () => database.close() };
}
