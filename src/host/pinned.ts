import {
  chownSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
} from "node:fs";
import { REPLACEMENT } from "../core/printable.ts";
import { statusOf, type FileStatus } from "./file-status.ts";

/** A name in a directory; bytes if it is not UTF-8. */
export type FileName = string | Uint8Array;

/** The status of a file, with facts that tell if it may be given away. */
export interface PinnedStatus extends FileStatus {
  /** The number of its names on its file system (hard links). */
  readonly links: number;
  /** Milliseconds since 1970 of the last change of owner, mode, content or number of names. */
  readonly changedMs: number;
}

/** A file or directory that is held by a descriptor: it stays the same one, whatever is put in its place. */
export interface Pinned {
  readonly status: PinnedStatus;
  /** Returns the kernel's number of the mount that it is on (proc_pid_mountinfo(5)). */
  readonly mountId: () => number;
  /** Changes the owner and the group. Throws the system's error. */
  readonly give: (uid: number, gid: number) => void;
  readonly close: () => void;
}

/** A name in a directory with its status, or the error if it cannot be looked at. */
export type Listed =
  | { readonly name: FileName; readonly status: PinnedStatus }
  | { readonly name: FileName; readonly error: unknown };

/** A directory held by a descriptor. The way to its contents follows no link. */
export interface PinnedDirectory extends Pinned {
  /** Returns its contents, with links as links, but not what is gone meanwhile. Throws if it may not be read. */
  readonly list: () => readonly Listed[];
  /** Returns the status of a name; null if there is nothing. Throws for other errors. */
  readonly look: (name: FileName) => PinnedStatus | null;
  /** Opens the file or link at a name, without reading it. Throws the system's error. */
  readonly open: (name: FileName) => Pinned;
  /** Opens the directory at a name. Throws if it is a link or no directory. */
  readonly openDirectory: (name: FileName) => PinnedDirectory;
}

/** Opens a file only to look at it: nothing is read, no device wakes up (open(2)). Node has no name for it. */
const O_PATH = 0o10000000;
const ENTRY = O_PATH | constants.O_NOFOLLOW;
const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

function pinnedStatusOf(stats: Stats): PinnedStatus {
  return { ...statusOf(stats), links: stats.nlink, changedMs: stats.ctimeMs };
}

/** The path of a descriptor in /proc, for Bun has no `openat`, `fstatat` and `fchownat`. */
const pathOf = (descriptor: number) => `/proc/self/fd/${descriptor}`;

function below(descriptor: number, name: FileName): string | Buffer {
  const path = `${pathOf(descriptor)}/`;
  return typeof name === "string" ? `${path}${name}` : Buffer.concat([Buffer.from(path), name]);
}

function pin(descriptor: number): Pinned {
  const status = pinnedStatusOf(fstatSync(descriptor));
  return {
    status,
    mountId: () => {
      const text = readFileSync(`/proc/self/fdinfo/${descriptor}`, "utf8");
      return Number(/^mnt_id:\s*(\d+)$/m.exec(text)?.[1] ?? -1);
    },
    give: (uid, gid) => chownSync(pathOf(descriptor), uid, gid),
    close: () => closeSync(descriptor),
  };
}

function readNames(descriptor: number): readonly FileName[] {
  const path = `${pathOf(descriptor)}/`;
  const names = readdirSync(path);
  if (!names.some((name) => name.includes(REPLACEMENT))) return names;
  return readdirSync(path, { encoding: "buffer" }).map((bytes) => {
    const text = bytes.toString("utf8");
    return text.includes(REPLACEMENT) ? bytes : text;
  });
}

function lookAt(path: string | Buffer): PinnedStatus | null {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? null : pinnedStatusOf(stats);
}

const lookBelow = (descriptor: number, name: FileName) => lookAt(below(descriptor, name));

function listed(name: FileName, look: () => PinnedStatus | null): readonly Listed[] {
  try {
    const status = look();
    return status === null ? [] : [{ name, status }];
  } catch (error) {
    return [{ name, error }];
  }
}

const HERE = "/";

/** Looks names up from the current directory, if that is `/` and so may be left: four times as fast as by /proc. */
function listWithStatus(descriptor: number): readonly Listed[] {
  const names = readNames(descriptor);
  if (process.cwd() !== HERE) {
    return names.flatMap((name) => listed(name, () => lookBelow(descriptor, name)));
  }
  process.chdir(pathOf(descriptor));
  try {
    return names.flatMap((name) =>
      listed(name, () => lookAt(typeof name === "string" ? name : Buffer.from(name))),
    );
  } finally {
    process.chdir(HERE);
  }
}

function pinDirectory(descriptor: number): PinnedDirectory {
  return {
    ...pin(descriptor),
    list: () => listWithStatus(descriptor),
    look: (name) => lookBelow(descriptor, name),
    open: (name) => pin(openSync(below(descriptor, name), ENTRY)),
    openDirectory: (name) => pinDirectory(openSync(below(descriptor, name), DIRECTORY)),
  };
}

/** Opens the directory at a path, whose last part may be no link. Throws the system's error. */
export function openPinnedDirectory(path: string): PinnedDirectory {
  return pinDirectory(openSync(path, DIRECTORY));
}
