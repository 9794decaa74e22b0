import type { Host } from "../host/host.ts";
import type { PinnedDirectory } from "../host/pinned.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { User } from "../host/users.ts";
import { findNewOwner, giveVolume, type GiveReport } from "./give-volume.ts";
import { findWritableParent, IMAGE_ID, mayWrite } from "./volume-path.ts";

const isOurs = ({ uid }: FileStatus) => uid === 0 || uid === IMAGE_ID;

/** A volume of another user's stays that user's; who started the container learns what to pass. */
function describeUnexpectedOwner(
  host: Host,
  root: string,
  user: User,
  status: FileStatus,
): readonly string[] {
  if (isOurs(status) || mayWrite(host, user, status)) return [];
  const ids = `${user.uid}:${user.gid}`;
  const owner = `-e PUID=${status.uid} -e PGID=${status.gid}`;
  return [
    `hermes (${ids}) may not write to ${root}, which is ${status.uid}:${status.gid}'s; run \`chown -R ${ids}\` on it, or pass ${owner}`,
  ];
}

/** Returns the remedy if hermes, in a rootless container, may not write to another user's volume; else null. */
export function describeForeignVolume(host: Host, root: string): string | null {
  const own = { uid: host.users.currentUid(), gid: host.users.currentGid() };
  const status = host.files.readTargetStatus(root);
  if (status === null || status.uid === own.uid || host.files.isWritable(root)) return null;
  const ids = `${own.uid}:${own.gid}`;
  const other = isOurs(status)
    ? "start the container once without --user, which gives it to hermes"
    : `leave out --user and pass -e PUID=${status.uid} -e PGID=${status.gid}`;
  return `hermes (${ids}) may not write to ${root}, which is ${status.uid}:${status.gid}'s; run \`chown -R ${ids}\` on it (in Kubernetes: fsGroup: ${own.gid}), or ${other}`;
}

const nothing = (warnings: readonly string[]): GiveReport => ({ given: 0, warnings });

/** Returns the refusal of a volume that hermes could replace; null if the volume is not the image's own. */
function refuseParent(host: Host, root: string, user: User, parent: string): GiveReport {
  try {
    const status = host.files.readStatus(root);
    if (status === null || findNewOwner(user, status) === null) return nothing([]);
  } catch {
    return nothing([]);
  }
  return nothing([
    `refusing to give ${root} to hermes: hermes may change ${parent} above it; run \`chown -R ${user.uid}:${user.gid}\` on it, or set HERMES_HOME to a directory outside`,
  ]);
}

/** Opens the volume, or returns the reason why it cannot be opened; null if there is nothing to do. */
function openTop(host: Host, root: string, user: User): PinnedDirectory | string | null {
  try {
    return host.files.openPinnedDirectory(root);
  } catch (error) {
    const code = host.files.errorCode(error);
    if (code === "ENOENT") return null;
    // Without CAP_DAC_OVERRIDE root may not look into hermes' private directories, which is fine.
    if (code === "EACCES" && host.files.readStatus(root)?.uid === user.uid) return null;
    if (code === "ENOTDIR" || code === "ELOOP") return "it is not a directory, or a link to one";
    return host.files.describeSystemError(error);
  }
}

/**
 * Gives hermes everything on the volume that root or the image's own user has, wherever it is; other users' files and
 * directories, what is mounted there and what links lead to stay as they are. A volume that hermes could put something
 * else in the place of is left alone.
 */
export async function repairOwnership(host: Host, root: string, user: User): Promise<GiveReport> {
  const parent = findWritableParent(host, root, user);
  if (parent !== null) return refuseParent(host, root, user, parent);
  const top = openTop(host, root, user);
  if (top === null) return nothing([]);
  if (typeof top === "string") return nothing([`cannot look into ${root}: ${top}`]);
  try {
    const report = await giveVolume(host, root, top, user);
    const foreign = describeUnexpectedOwner(host, root, user, top.status);
    return { ...report, warnings: [...foreign, ...report.warnings] };
  } finally {
    top.close();
  }
}
