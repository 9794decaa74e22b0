import { dirname, resolve } from "node:path";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { User } from "../host/users.ts";

type Ids = Pick<User, "uid" | "gid">;

/** The uid and the gid that hermes has in the image, before a remap. */
export const IMAGE_ID = 10_000;

/** Directories of the system, which no setting may make the volume. */
const SYSTEM_DIRECTORY =
  /^\/(?:(?:bin|boot|command|dev|etc|home|lib|lib64|media|mnt|opt|package|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:\/.*)?)?$/;
const VOLUME_PARENT = /^\/(?:home|media|mnt|opt|srv|var\/lib)\/[^/]+/;

/** Returns true if a directory may be given to hermes as its volume. */
export function isPossibleVolume(path: string): boolean {
  const whole = resolve(path);
  return path.startsWith("/") && (VOLUME_PARENT.test(whole) || !SYSTEM_DIRECTORY.test(whole));
}

function may(host: Host, user: Ids, { uid, gid, mode }: FileStatus, bit: 2 | 4): boolean {
  if (uid === user.uid) return (mode & (bit << 6)) !== 0;
  const groups = [user.gid, ...host.users.givenGroups()];
  return (mode & (groups.includes(gid) ? bit << 3 : bit)) !== 0;
}

/** Returns true if the user may write to a file of this status, by its mode alone. */
export function mayWrite(host: Host, user: Ids, status: FileStatus): boolean {
  return may(host, user, status, 2);
}

/** Returns true if the user may read a file of this status, by its mode alone. */
export function mayRead(host: Host, user: Ids, status: FileStatus): boolean {
  return may(host, user, status, 4);
}

function directoriesAbove(path: string): readonly string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...directoriesAbove(parent), parent];
}

function isHermesWay(host: Host, user: User, status: FileStatus): boolean {
  // hermes before a remap may have prepared it in an earlier run of the container.
  const isOwn = status.uid === user.uid || status.uid === IMAGE_ID;
  return status.kind !== "directory" || isOwn || mayWrite(host, user, status);
}

/**
 * Returns the first directory above the volume in which hermes could replace a part of the path. A link, whose target
 * is not known to be safe, and a directory that this process may not look at count as one. Null if root may follow the
 * path.
 */
export function findWritableParent(host: Host, root: string, user: User): string | null {
  for (const path of directoriesAbove(resolve(root))) {
    try {
      const status = host.files.readStatus(path);
      if (status === null) return null;
      if (isHermesWay(host, user, status)) return path;
    } catch {
      return path;
    }
  }
  return null;
}
