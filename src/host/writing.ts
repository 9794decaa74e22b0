import {
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  linkSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { errorCode } from "../core/system-failure.ts";

/** Does `work` on an open file and closes it. An error of the system gets the path, which it lacks for a descriptor. */
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

function writeWhole(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written);
}

/** Makes a rename or a removal in a directory last through a power cut. */
export function syncDirectory(path: string): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  withDescriptor(path, descriptor, () => fsyncSync(descriptor));
}

/**
 * Replaces the file at `path`: a temporary beside it, write, fsync, rename, fsync the directory.
 * A reader sees the old text or the new one, never a part. Throws the system's error.
 */
export function writeFileAtomically(path: string, text: string, mode: number): void {
  const temporary = join(dirname(path), `.${basename(path)}.tmp-${process.pid}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  try {
    rmSync(temporary, { force: true, recursive: true });
    const descriptor = openSync(temporary, flags, mode);
    withDescriptor(path, descriptor, () => {
      writeWhole(descriptor, text);
      fsyncSync(descriptor);
    });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(dirname(path));
}

/**
 * Replaces the text of a file of `/etc`: atomically, or in place where the file itself is mounted into
 * the container and cannot be renamed over. Throws the system's error.
 */
export function replaceSystemFile(path: string, text: string, mode: number): void {
  try {
    writeFileAtomically(path, text, mode);
  } catch (error) {
    if (errorCode(error) !== "EBUSY") throw error;
    const flags = constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW;
    const descriptor = openSync(path, flags);
    withDescriptor(path, descriptor, () => writeWhole(descriptor, text));
  }
}

/** Writes a new file with exactly this mode, whatever the umask is. Throws if it exists. */
export function createFile(path: string, text: string, mode: number): void {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(path, flags, mode);
  withDescriptor(path, descriptor, () => writeWhole(descriptor, text));
  chmodSync(path, mode);
}

/** Gives a file another name; false where it cannot be done and a copy is needed. Throws if `target` exists. */
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
  withDescriptor(path, descriptor, () => writeWhole(descriptor, text));
}
