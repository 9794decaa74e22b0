import { tryOr } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { Pinned, PinnedDirectory, PinnedStatus } from "../host/pinned.ts";
import type { User } from "../host/users.ts";
import { isKnownPlace, isSetting, OWNED_NAMES } from "./owned-names.ts";
import { readMounts } from "../core/mounts.ts";
import { IMAGE_ID, mayRead, mayWrite } from "./volume-path.ts";
import { walkVolume, type WalkVisitor } from "./volume-walk.ts";

/** The owners that the image itself may have left behind: root, and its user and group before a remap. */
const OUR_IDS: ReadonlySet<number> = new Set([0, IMAGE_ID]);

/** Milliseconds for all of the volume; to look at 80,000 files takes 300, to give all of them 1500. */
const LIMIT_MS = 60_000;

/**
 * The kernel stamps a change of a file with a clock that may be this late (a tick of at most 10 ms), in milliseconds.
 */
const TICK_MS = 20;

/** Root's own directory on some file systems, for what fsck(8) finds. */
const LOST = "lost+found";

function isWronglyOwned(user: User, { uid, gid }: Pick<FileStatus, "uid" | "gid">): boolean {
  if (uid === user.uid) return gid === IMAGE_ID && gid !== user.gid;
  return uid === 0 || uid === IMAGE_ID;
}

/** Returns the owner that a file should have; null if it stays. A group of an operator's choice stays, too. */
export function findNewOwner(
  user: User,
  { uid, gid }: FileStatus,
): { readonly uid: number; readonly gid: number } | null {
  if (!isWronglyOwned(user, { uid, gid })) return null;
  return { uid: user.uid, gid: OUR_IDS.has(gid) ? user.gid : gid };
}

/** The result of giving a volume to hermes. */
export interface GiveReport {
  /** Number of files and directories that have a new owner. */
  readonly given: number;
  readonly warnings: readonly string[];
}

/** One attempt at all of the volume. */
interface Attempt {
  readonly host: Host;
  readonly root: string;
  readonly user: User;
  /** The time of its start, on the clock that files are stamped with. */
  readonly began: number;
  given: number;
  /** Paths that changed a moment ago: another process may be putting them there now. */
  readonly unsettled: string[];
  /** The paths that are refused, by reason. */
  readonly refused: Map<string, string[]>;
  readonly warnings: string[];
}

function refuse({ refused }: Attempt, path: string, reason: string): void {
  refused.set(reason, [...(refused.get(reason) ?? []), path]);
}

function give(attempt: Attempt, path: string, pinned: Pinned): void {
  const owner = findNewOwner(attempt.user, pinned.status);
  if (owner === null) return;
  try {
    pinned.give(owner.uid, owner.gid);
    attempt.given += 1;
  } catch (error) {
    refuse(attempt, path, attempt.host.files.describeSystemError(error));
  }
}

/**
 * Returns true if root may give away a file of its own. A user who may make hard links to root's files
 * (fs.protected_hardlinks = 0) can give one of them a name on the volume, so a file with several names stays root's.
 * Removing that name after the file was opened would change the file: with one name, and no change since before the
 * walk, it was opened by the one name that it has.
 */
function judgeRootFile(
  { host, began }: Attempt,
  { links, changedMs }: PinnedStatus,
): "give" | "links" | "unsettled" {
  if (links !== 1) return "links";
  const isSettled = changedMs < began - TICK_MS || changedMs > host.clock.now() + TICK_MS;
  return isSettled ? "give" : "unsettled";
}

function handle(attempt: Attempt, path: string, pinned: Pinned): void {
  const { status } = pinned;
  if (status.kind === "other") return refuse(attempt, path, "is a device");
  if (status.uid === 0 && status.kind === "file") {
    const verdict = judgeRootFile(attempt, status);
    if (verdict === "links") return refuse(attempt, path, "has other names (hard links)");
    if (verdict === "unsettled") return void attempt.unsettled.push(path);
  }
  give(attempt, path, pinned);
}

/** Returns true if hermes can use the file at a known place as it is. */
function mayUse({ host, user }: Attempt, path: string, status: FileStatus): boolean {
  return (isSetting(path) ? mayRead : mayWrite)(host, user, status);
}

function isReadOnly({ host }: Attempt, pinned: Pinned): boolean {
  const id = pinned.mountId();
  return (
    readMounts(host)?.some((mount) => mount.id === id && mount.options.includes("ro")) === true
  );
}

function isEmpty(pinned: Pinned | PinnedDirectory): boolean {
  return tryOr(() => "list" in pinned && pinned.list().every(({ name }) => name === LOST), false);
}

/**
 * Returns true for a mount that the walk may enter: an operator may mount anything of the host's on the volume. It is
 * entered only if it belongs to the image's own user, and given away only while it is empty, as the engine makes new
 * ones.
 */
function entersMount(attempt: Attempt, path: string, pinned: Pinned | PinnedDirectory): boolean {
  const { root, user, warnings } = attempt;
  const { status } = pinned;
  if (isReadOnly(attempt, pinned)) return false;
  const isDirectory = status.kind === "directory";
  if (isDirectory && status.uid === IMAGE_ID) return true;
  if (findNewOwner(user, status) === null) return false;
  if (isDirectory && isEmpty(pinned)) {
    give(attempt, path, pinned);
    return false;
  }
  if (isKnownPlace(root, path) && !mayUse(attempt, path, status)) {
    const ids = `${user.uid}:${user.gid}`;
    warnings.push(
      `leaving ${path} as it is: it is mounted there, and root's; run \`chown -R ${ids}\` on it, if hermes is to use it`,
    );
  }
  return false;
}

/** A link is never followed; one that leads to what hermes cannot use is named. Looked at as hermes. */
function refuseLink(attempt: Attempt, path: string): void {
  const { host, root, user, warnings } = attempt;
  if (!isKnownPlace(root, path)) return;
  try {
    const target = host.users.actAsUser(user, () => host.files.readTargetStatus(path));
    if (target === null || findNewOwner(user, target) === null) return;
    if (mayUse(attempt, path, target)) return;
  } catch {
    return;
  }
  warnings.push(
    `refusing to change the owner of what the link ${path} leads to; chown it yourself if that is meant`,
  );
}

function createVisitor(attempt: Attempt): WalkVisitor {
  const { host, root, user } = attempt;
  const lost = `${root}/${LOST}`;
  return {
    // Another user's directory stays as it is, with what is in it.
    enters: (path, { uid }) =>
      (uid === user.uid || OUR_IDS.has(uid)) && !(path === lost && uid === 0),
    isWrong: (status) => isWronglyOwned(user, status),
    handle: (path, pinned) => {
      if (path !== lost) handle(attempt, path, pinned);
    },
    entersMount: (path, pinned) => entersMount(attempt, path, pinned),
    link: (path) => refuseLink(attempt, path),
    failed: (path, status, error) => {
      // Without CAP_DAC_OVERRIDE root may not look into hermes' private directories, which is fine.
      if (status?.uid === user.uid && host.files.errorCode(error) === "EACCES") return;
      refuse(attempt, path, host.files.describeSystemError(error));
    },
  };
}

function describeRefusals({ refused }: Attempt): readonly string[] {
  return [...refused].map(([reason, [first = "", ...more]]) => {
    const rest = more.length > 0 ? ` (nor ${more.length} more)` : "";
    return `cannot give ${first} to hermes${rest}: ${reason}`;
  });
}

function tryOnce(host: Host, root: string, top: PinnedDirectory, user: User): Attempt {
  const attempt: Attempt = {
    host,
    root,
    user,
    began: host.clock.now(),
    given: 0,
    unsettled: [],
    refused: new Map(),
    warnings: [],
  };
  const { uid } = top.status;
  // Another user's directory may hold much that is none of ours.
  const names = uid === user.uid || OUR_IDS.has(uid) ? null : [...OWNED_NAMES, "profiles"];
  const isWhole = walkVolume(host, root, top, createVisitor(attempt), { limitMs: LIMIT_MS, names });
  if (!isWhole) {
    attempt.warnings.push(
      `not everything on ${root} was looked at: there is too much of it, or too deep a directory`,
    );
  }
  give(attempt, root, top);
  return attempt;
}

/**
 * Gives hermes what root or the image's own user has on a volume. Root touches only what it holds by a descriptor, so
 * that nothing that hermes puts in the place of something else meanwhile leads it elsewhere.
 */
export async function giveVolume(
  host: Host,
  root: string,
  top: PinnedDirectory,
  user: User,
): Promise<GiveReport> {
  const first = tryOnce(host, root, top, user);
  let last = first;
  if (first.unsettled.length > 0) {
    await host.clock.sleep(2 * TICK_MS);
    last = tryOnce(host, root, top, user);
    for (const path of last.unsettled) refuse(last, path, "it changes all the time");
  }
  return {
    given: first.given + (last === first ? 0 : last.given),
    warnings: [...last.warnings, ...describeRefusals(last)],
  };
}
