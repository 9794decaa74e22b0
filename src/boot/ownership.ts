import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { FileStatus } from "../host/file-status.ts";
import type { User } from "../host/users.ts";
import { DEFAULT_PROFILE, parseProfileName } from "../profiles/name.ts";
import { profileDirectory, profilesDirectory } from "../profiles/paths.ts";
import { OWNED_NAMES } from "./owned-names.ts";
import { findWritableParent, IMAGE_ID, mayWrite } from "./volume-path.ts";

/** The owners that the image itself may have left behind: root, and its user and group before a remap. */
const OUR_UIDS: ReadonlySet<number> = new Set([0, IMAGE_ID]);
const OUR_GID = IMAGE_ID;

/** What a repair works with. */
interface Repair {
  readonly host: Host;
  readonly user: User;
  readonly warn: (warning: string) => void;
  /** Where giving away failed, by the reason: one that holds for all of the volume is said once. */
  readonly refused: Map<string, string[]>;
}

function noteRefusal({ refused }: Repair, path: string, reason: string): void {
  refused.set(reason, [...(refused.get(reason) ?? []), path]);
}

function describeRefusals({ refused }: Repair): readonly string[] {
  return [...refused].map(([reason, paths]) => {
    const [first = ""] = paths;
    const rest = paths.length > 1 ? ` (nor ${paths.length - 1} more)` : "";
    return `cannot give ${first} to hermes${rest}: ${reason}`;
  });
}

function isOurs({ user }: Repair, { uid, gid }: FileStatus): boolean {
  if (uid === user.uid) return gid !== user.gid && gid === OUR_GID;
  return OUR_UIDS.has(uid);
}

/** A volume of a stranger's stays the stranger's; who started the container learns what to pass. */
function warnOfStranger(repair: Repair, root: string): void {
  const status = look(repair, root);
  if (status === null || OUR_UIDS.has(status.uid) || mayWrite(repair.host, repair.user, status))
    return;
  const { user, warn } = repair;
  const ids = `${user.uid}:${user.gid}`;
  const owner = `-e PUID=${status.uid} -e PGID=${status.gid}`;
  warn(
    `hermes (${ids}) may not write to ${root}, which is ${status.uid}:${status.gid}'s; run \`chown -R ${ids}\` on it, or pass ${owner}`,
  );
}

/**
 * What to do about a volume of somebody else's in a container that is hermes altogether, which can give nothing
 * away; null where hermes may write to it.
 */
export function describeForeignVolume(host: Host, root: string): string | null {
  const own = { uid: host.users.currentUid(), gid: host.users.currentGid() };
  const status = host.files.readTargetStatus(root);
  if (status === null || status.uid === own.uid || host.files.isWritable(root)) return null;
  const ids = `${own.uid}:${own.gid}`;
  const other = OUR_UIDS.has(status.uid)
    ? "start the container once without --user, which gives it to hermes"
    : `leave out --user and pass -e PUID=${status.uid} -e PGID=${status.gid}`;
  return `hermes (${ids}) may not write to ${root}, which is ${status.uid}:${status.gid}'s; run \`chown -R ${ids}\` on it (in Kubernetes: fsGroup: ${own.gid}), or ${other}`;
}

function look({ host, warn }: Repair, path: string): FileStatus | null {
  try {
    return host.files.readStatus(path);
  } catch (error) {
    warn(`cannot look at ${path}: ${host.files.describeSystemError(error)}`);
    return null;
  }
}

/** A link is never followed; one that leads to what would need a repair is named. */
function refuseLink(repair: Repair, path: string): void {
  const target = repair.host.files.readTargetStatus(path);
  if (target !== null && isOurs(repair, target)) {
    repair.warn(
      `refusing to change the owner of what the link ${path} leads to; chown it yourself if that is meant`,
    );
  }
}

/** GNU chown walks a tree by descriptors, so that a directory cannot be swapped for a link under it. */
async function giveTree(repair: Repair, path: string, from: number): Promise<void> {
  const { host, user } = repair;
  const owner = `${user.uid}:${user.gid}`;
  const flags = ["-R", "-P", "-h", `--from=${from}`];
  const result = await host.processes.runCommand(["/usr/bin/chown", ...flags, owner, "--", path], {
    timeoutMs: 120_000,
  });
  if (result.exitCode === 0) return;
  // `chown: changing ownership of '…': Operation not permitted`
  const reason = result.stderr.trim().split("\n")[0]?.split(": ").at(-1) ?? "";
  noteRefusal(repair, path, reason === "" ? "chown failed" : reason.toLowerCase());
}

/** Repairs what stands at `path`; returns what it was, or null where there is nothing to look into. */
async function repairOne(repair: Repair, path: string, whole: boolean): Promise<FileStatus | null> {
  const status = look(repair, path);
  if (status === null) return null;
  if (status.kind === "link") {
    refuseLink(repair, path);
    return null;
  }
  if (isOurs(repair, status)) {
    if (whole) await giveTree(repair, path, status.uid);
    else giveOne(repair, path);
  }
  return status;
}

/**
 * Repairs a directory itself; returns whether what is in it may be repaired too. Without CAP_DAC_OVERRIDE
 * root may not look where only hermes may, and that is fine where it was hermes' all along.
 */
async function repairTop(repair: Repair, path: string): Promise<boolean> {
  const before = await repairOne(repair, path, false);
  if (before?.kind !== "directory") return false;
  if (repair.host.files.isExecutable(path)) return true;
  if (before.uid !== repair.user.uid) repair.warn(`cannot look into ${path}: permission denied`);
  return false;
}

function giveOne(repair: Repair, path: string): void {
  const { host, user } = repair;
  try {
    host.files.setOwner(path, user.uid, user.gid);
  } catch (error) {
    noteRefusal(repair, path, host.files.describeSystemError(error));
  }
}

async function repairNames(repair: Repair, directory: string): Promise<void> {
  for (const name of OWNED_NAMES) await repairOne(repair, join(directory, name), true);
}

async function repairProfiles(repair: Repair, root: string): Promise<void> {
  const profiles = profilesDirectory(root);
  if (!(await repairTop(repair, profiles))) return;
  const listing = repair.host.files.listDirectory(profiles);
  for (const text of listing.kind === "names" ? listing.names : []) {
    const parsed = parseProfileName(text);
    if (!parsed.ok || parsed.name === DEFAULT_PROFILE) continue;
    const directory = profileDirectory(root, parsed.name);
    if (await repairTop(repair, directory)) await repairNames(repair, directory);
  }
}

async function repairVolume(repair: Repair, root: string): Promise<void> {
  const { host, user, warn } = repair;
  const parent = findWritableParent(host, root, user);
  if (parent !== null) {
    const status = look(repair, root);
    if (status === null || !isOurs(repair, status)) return;
    warn(
      `refusing to give ${root} to hermes: hermes may change ${parent} above it; run \`chown -R ${user.uid}:${user.gid}\` on it, or set HERMES_HOME to a directory outside`,
    );
    return;
  }
  warnOfStranger(repair, root);
  if (!(await repairTop(repair, root))) return;
  await repairNames(repair, root);
  // Earlier images left it root's in a directory of hermes'; never through a link in its place.
  const logs = join(root, "logs");
  if (look(repair, logs)?.kind === "directory")
    await repairOne(repair, join(logs, "gateways"), true);
  await repairProfiles(repair, root);
}

/**
 * Gives the volume, the known names on it and those in each profile to `user`, where root or the image's
 * own user has them. Where all is well it costs one look a name; a tree is walked only where its top is
 * wrong, and links are not followed. A volume that hermes could put something else in the place of is left
 * as it is. Returns warnings.
 */
export async function repairOwnership(
  host: Host,
  root: string,
  user: User,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  const repair: Repair = { host, user, warn, refused: new Map() };
  await repairVolume(repair, root);
  return [...warnings, ...describeRefusals(repair)];
}
