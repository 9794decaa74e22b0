import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { quietly, tryOr } from "../core/attempt.ts";
import { errorCode } from "../core/system-failure.ts";
import { withExactModes } from "./exact-modes.ts";
import { isOnTerminalOfAnother } from "./processes.ts";

/** Does `work` on an open file and closes it. Adds the path to an error of the system, which has none otherwise. */
function withDescriptor(path: string, descriptor: number, work: () => void): void {
  try {
    try {
      work();
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (error instanceof Error && errorCode(error) !== null && !("path" in error)) {
      Object.assign(error, { path });
    }
    throw error;
  }
}

/** Makes a rename or a removal in a directory survive a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  withDescriptor(path, descriptor, () => fsyncSync(descriptor));
}

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** Returns the status of a regular file; null if there is none, or if it cannot be looked at. */
function readFileStats(path: string): Stats | null {
  const stats = tryOr(() => lstatSync(path), null);
  return stats?.isFile() === true ? stats : null;
}

/** Returns the mode of the new file: the old one, unless a private file would become open to other users. */
function chooseMode(before: Stats, mode: number): number {
  const kept = before.mode & 0o777;
  const isPrivate = (mode & 0o007) === 0;
  return isPrivate && (kept & 0o007) !== 0 ? mode : kept | 0o600;
}

/** Gives a file the group of the one that it replaces, if this user may. */
function keepGroup(descriptor: number, before: Stats): void {
  const { uid, gid } = fstatSync(descriptor);
  if (gid === before.gid) return;
  // The text matters more.
  quietly(() => fchownSync(descriptor, uid, before.gid));
}

/** Copies the access control list of the replaced file by cp, as Bun cannot. Root does not: cp works by path. */
function keepAccessList(path: string, temporary: string): void {
  if (process.getuid?.() === 0) return;
  const words = ["--attributes-only", "--preserve=mode", "--", path, temporary];
  Bun.spawnSync(["/usr/bin/cp", ...words], {
    stdio: ["ignore", "ignore", "ignore"],
    // hermes can take it over: not on the terminal of root's shell.
    detached: isOnTerminalOfAnother(),
  });
}

function writeTemporary(
  path: string,
  temporary: string,
  text: string,
  { mode, keepsAccess }: { readonly mode: number; readonly keepsAccess: boolean },
): void {
  const before = readFileStats(path);
  const chosen = before === null ? mode : chooseMode(before, mode);
  const open = () => openSync(temporary, NEW, chosen);
  const descriptor = before === null ? open() : withExactModes(open);
  withDescriptor(path, descriptor, () => {
    if (before !== null) {
      keepGroup(descriptor, before);
      const isModeKept = chosen === ((before.mode & 0o777) | 0o600);
      if (keepsAccess && isModeKept) keepAccessList(path, temporary);
    }
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  });
}

function overwrite(descriptor: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) {
    written += writeSync(descriptor, bytes, written, bytes.length - written, written);
  }
  ftruncateSync(descriptor, bytes.length);
  fsyncSync(descriptor);
}

/** Writes into a file that cannot be renamed over because it is a mount point; puts the old text back if that fails. */
function writeInPlace(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  withDescriptor(path, descriptor, () => {
    const before = readFileSync(descriptor);
    try {
      overwrite(descriptor, Buffer.from(text));
    } catch (error) {
      overwrite(descriptor, before);
      throw error;
    }
  });
}

/**
 * Replaces the file at `path`: writes a temporary file beside it, fsync, rename, fsync of the directory. A reader sees
 * the old text or the new one, never a part. The mode is for a new file; an old one keeps its own, and its group. A
 * file that is a mount point itself (a bind mount) is written in place. With `keepsAccess` an access control list
 * stays, too. Throws the system's error.
 */
export function writeFileAtomically(
  path: string,
  text: string,
  mode: number,
  keepsAccess = false,
): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
  try {
    rmSync(temporary, { force: true, recursive: true });
    writeTemporary(path, temporary, text, { mode, keepsAccess });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (errorCode(error) !== "EBUSY" || readFileStats(path) === null) throw error;
    writeInPlace(path, text);
    return;
  }
  syncDirectory(dirname(path));
}

/** Writes a new file with exactly this mode. Throws if it exists. A text that cannot be written leaves no part. */
export function createFile(path: string, text: string, mode: number): void {
  const descriptor = withExactModes(() => openSync(path, NEW, mode));
  try {
    withDescriptor(path, descriptor, () => writeFileSync(descriptor, text));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Gives a file another name; returns false if a copy is needed instead. Throws if `target` exists. */
export function linkFile(source: string, target: string): boolean {
  try {
    linkSync(source, target);
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") throw error;
    return false;
  }
}

/** Appends to a log that only its owner writes; never follows a link. Throws the system's error. */
export function appendToFile(path: string, text: string, mode: number): void {
  const flags =
    constants.O_WRONLY |
    constants.O_APPEND |
    constants.O_CREAT |
    constants.O_NOFOLLOW |
    constants.O_NONBLOCK;
  const descriptor = openSync(path, flags, mode);
  withDescriptor(path, descriptor, () => writeFileSync(descriptor, text));
}
