import { join } from "node:path";
import { describeFileName } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { FileName, Listed, Pinned, PinnedDirectory, PinnedStatus } from "../host/pinned.ts";
import { hasMountBelow } from "../core/mounts.ts";

/** Deeper directories are not looked into: each level holds a descriptor, and hermes may make as many as it likes. */
const DEEPEST = 100;

/** The callbacks of a walk. Paths are for messages only: files are changed through their descriptors. */
export interface WalkVisitor {
  /** Returns true if the walk enters a directory. */
  readonly enters: (path: string, status: PinnedStatus) => boolean;
  /** Returns true if a file of this status needs a change. */
  readonly isWrong: (status: PinnedStatus) => boolean;
  /** Gets what is wrong; a directory after what is in it. */
  readonly handle: (path: string, pinned: Pinned) => void;
  /** Gets what is mounted on the volume; whether a directory is looked into, and handled, all the same. */
  readonly entersMount: (path: string, pinned: Pinned | PinnedDirectory) => boolean;
  readonly link: (path: string) => void;
  /** Receives what could not be looked at; `status` is null if not even that is known. */
  readonly failed: (path: string, status: PinnedStatus | null, error: unknown) => void;
}

interface Walk {
  readonly host: Host;
  readonly visitor: WalkVisitor;
  /** The mount that is walked; null if nothing is mounted on the volume. */
  readonly mountId: number | null;
  /** Of the host's clock. */
  readonly deadline: number;
}

/** A file that was replaced or removed since it was looked at is another process's work in progress, and no failure. */
const CHANGED = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

function attempt<T>(
  walk: Walk,
  path: string,
  status: PinnedStatus | null,
  work: () => T,
): T | null {
  try {
    return work();
  } catch (error) {
    if (!CHANGED.has(walk.host.files.errorCode(error) ?? "")) {
      walk.visitor.failed(path, status, error);
    }
    return null;
  }
}

const isElsewhere = ({ mountId }: Walk, pinned: Pinned) =>
  mountId !== null && pinned.mountId() !== mountId;

function visitFile(walk: Walk, path: string, seen: PinnedStatus, open: () => Pinned): void {
  const { visitor } = walk;
  if (!visitor.isWrong(seen)) return;
  const pinned = attempt(walk, path, seen, open);
  if (pinned === null) return;
  try {
    if (isElsewhere(walk, pinned)) visitor.entersMount(path, pinned);
    else visitor.handle(path, pinned);
  } finally {
    pinned.close();
  }
}

function visitDirectory(
  walk: Walk,
  place: { readonly path: string; readonly depth: number },
  directory: PinnedDirectory,
): boolean {
  const { visitor } = walk;
  const { path, depth } = place;
  let inner = walk;
  if (isElsewhere(walk, directory)) {
    if (!visitor.entersMount(path, directory)) return true;
    inner = { ...walk, mountId: directory.mountId() };
  }
  const isWhole = walkDirectory(inner, directory, path, depth);
  if (visitor.isWrong(directory.status)) visitor.handle(path, directory);
  return isWhole;
}

function visit(
  walk: Walk,
  parent: PinnedDirectory,
  place: { readonly path: string; readonly depth: number },
  { name, status: seen }: { readonly name: FileName; readonly status: PinnedStatus },
): boolean {
  const { visitor } = walk;
  const { path } = place;
  if (seen.kind === "link") visitor.link(path);
  if (seen.kind !== "directory" || !visitor.enters(path, seen)) {
    visitFile(walk, path, seen, () => parent.open(name));
    return true;
  }
  const directory = attempt(walk, path, seen, () => parent.openDirectory(name));
  if (directory === null) {
    visitFile(walk, path, seen, () => parent.open(name));
    return true;
  }
  try {
    return visitDirectory(walk, place, directory);
  } finally {
    directory.close();
  }
}

function listAll(
  walk: Walk,
  directory: PinnedDirectory,
  path: string,
  names: readonly string[] | null,
): readonly Listed[] {
  if (names === null) return attempt(walk, path, directory.status, directory.list) ?? [];
  return names.flatMap((name) => {
    const status = attempt(walk, join(path, name), null, () => directory.look(name));
    return status === null ? [] : [{ name, status }];
  });
}

function walkDirectory(
  walk: Walk,
  directory: PinnedDirectory,
  path: string,
  depth: number,
  names: readonly string[] | null = null,
): boolean {
  if (depth > DEEPEST || walk.host.clock.elapsed() > walk.deadline) return false;
  let isWhole = true;
  for (const one of listAll(walk, directory, path, names)) {
    const place = { path: `${path}/${describeFileName(one.name)}`, depth: depth + 1 };
    if ("error" in one) walk.visitor.failed(place.path, null, one.error);
    else if (!visit(walk, directory, place, one)) isWhole = false;
  }
  return isWhole;
}

export interface WalkLimits {
  /** Milliseconds after which no further directory is looked into. */
  readonly limitMs: number;
  /** The names in the top directory that are looked at; null for all. */
  readonly names: readonly string[] | null;
}

/**
 * Walks everything below `top`, which is at `root`, and holds each directory open while it is in it: a directory that
 * is swapped for a link meanwhile leads nowhere. The top itself is not handled. Returns false if the time was over, or
 * directories were too deep, before everything was seen.
 */
export function walkVolume(
  host: Host,
  root: string,
  top: PinnedDirectory,
  visitor: WalkVisitor,
  { limitMs, names }: WalkLimits,
): boolean {
  const mountId = hasMountBelow(host, root) ? top.mountId() : null;
  const deadline = host.clock.elapsed() + limitMs;
  return walkDirectory({ host, visitor, mountId, deadline }, top, root, 0, names);
}
