import { constants as sqlite, Database } from "bun:sqlite";
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  linkSync,
  mkdtempSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../core/system-failure.ts";

/** A lock that the kernel releases when its holder exits, however it exits. */
export interface HeldLock {
  readonly release: () => void;
}

/**
 * Makes the file of a lock if there is none. Only its owner can open it from the first moment: every process that can
 * open it can hold it. A lock that root makes in a directory of another user belongs to that user.
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

/** Takes the lock of a file that is there. */
function lockFile(path: string): HeldLock | null {
  // SQLite refuses a link anywhere in a path, and a directory may be one.
  const database = new Database(join(realpathSync(dirname(path)), basename(path)), OPEN);
  try {
    database.run("PRAGMA busy_timeout = 0");
    database.run("PRAGMA journal_mode = MEMORY");
    database.run("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (errorCode(error) === "SQLITE_BUSY") return null;
    throw error;
  }
  return { release: () => database.close() };
}

/**
 * Takes the exclusive lock of an SQLite file, which is a kernel lock on that file (there is no flock in Bun). Returns
 * null if another process holds it. Throws if the file is a link, or cannot be made or opened.
 */
export function tryLock(path: string): HeldLock | null {
  makeFile(path);
  return lockFile(path);
}

/** Root's own place for a moment, on the file system of the run-time directory. */
const OWN_PLACE = "/run/.hermes-lock-";
const PROBE = constants.O_RDWR | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

/** Opens a lock file without waiting. While it is open, it can get no lease (fcntl(2)), for which SQLite would wait. */
function openRegular(path: string): number {
  const descriptor = openSync(path, PROBE);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Error("it is not a regular file");
}

/**
 * Takes the same lock for root in a directory that another user owns. SQLite believes every journal beside a file, and
 * waits for it if it is a FIFO: root gives the file another name, in a directory of its own. Throws also if that
 * directory is on another file system.
 */
export function tryForeignLock(path: string): HeldLock | null {
  makeFile(path);
  const place = mkdtempSync(OWN_PLACE);
  try {
    const name = join(place, "lock");
    linkSync(path, name);
    const descriptor = openRegular(name);
    let lock: HeldLock | null = null;
    try {
      lock = lockFile(name);
    } finally {
      // To close a file gives back every lock of this process on it.
      if (lock === null) closeSync(descriptor);
    }
    if (lock === null) return null;
    const { release } = lock;
    return {
      release: () => {
        release();
        closeSync(descriptor);
      },
    };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
