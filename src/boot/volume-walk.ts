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
  /** Of the host's clock. */
  readonly deadline: number;
  /** False once a directory was not looked into: the time was over, or it was too deep. */
  isWhole: boolean;
}

interface Place {
  readonly path: string;
  readonly depth: number;
  /** The mount that is walked; null if nothing is mounted on the volume. */
  readonly mountId: number | null;
}

/** A file that was replaced or removed since it was looked at is another process's work in progress, and no failure. */
const CHANGED = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

function attempt<T>(
  { host, visitor }: Walk,
  path: string,
  status: PinnedStatus | null,
  work: () => T,
): T | null {
  try {
    return work();
  } catch (error) {
    if (!CHANGED.has(host.files.errorCode(error) ?? "")) visitor.failed(path, status, error);
    return null;
  }
}

const isElsewhere = ({ mountId }: Place, pinned: Pinned) =>
  mountId !== null && pinned.mountId() !== mountId;

function visitFile(walk: Walk, place: Place, seen: PinnedStatus, open: () => Pinned): void {
  const { visitor } = walk;
  if (!visitor.isWrong(seen)) return;
  const pinned = attempt(walk, place.path, seen, open);
  if (pinned === null) return;
  try {
    if (isElsewhere(place, pinned)) visitor.entersMount(place.path, pinned);
    else visitor.handle(place.path, pinned);
  } finally {
    pinned.close();
  }
}

function visitDirectory(walk: Walk, place: Place, directory: PinnedDirectory): void {
  const { visitor } = walk;
  let inner = place;
  if (isElsewhere(place, directory)) {
    if (!visitor.entersMount(place.path, directory)) return;
    inner = { ...place, mountId: directory.mountId() };
  }
  walkDirectory(walk, inner, directory, null);
  if (visitor.isWrong(directory.status)) visitor.handle(place.path, directory);
}

function visit(
  walk: Walk,
  parent: PinnedDirectory,
  place: Place,
  { name, status }: { readonly name: FileName; readonly status: PinnedStatus },
): void {
  const { visitor } = walk;
  const { path } = place;
  if (status.kind === "link") visitor.link(path);
  const isEntered = status.kind === "directory" && visitor.enters(path, status);
  const openDirectory = () => parent.openDirectory(name);
  const directory = isEntered ? attempt(walk, path, status, openDirectory) : null;
  if (directory === null) return visitFile(walk, place, status, () => parent.open(name));
  try {
    visitDirectory(walk, place, directory);
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
  { path, depth, mountId }: Place,
  directory: PinnedDirectory,
  names: readonly string[] | null,
): void {
  if (depth > DEEPEST || walk.host.clock.elapsed() > walk.deadline) {
    walk.isWhole = false;
    return;
  }
  for (const one of listAll(walk, directory, path, names)) {
    const place = { path: `${path}/${describeFileName(one.name)}`, depth: depth + 1, mountId };
    if ("error" in one) walk.visitor.failed(place.path, null, one.error);
    else visit(walk, directory, place, one);
  }
}

/** When the walk looks into no further directory, and the names in the top directory that it looks at; null for all. */
export interface WalkLimits {
  readonly limitMs: number;
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
  const walk = { host, visitor, deadline: host.clock.elapsed() + limitMs, isWhole: true };
  const mountId = hasMountBelow(host, root) ? top.mountId() : null;
  walkDirectory(walk, { path: root, depth: 0, mountId }, top, names);
  return walk.isWhole;
}
