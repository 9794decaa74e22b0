import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";
import { PROFILE_DIRECTORIES } from "../profiles/paths.ts";

/** What hermes must be able to write at the top of the volume; nothing else there is touched. */
const KNOWN_NAMES = [
  ...PROFILE_DIRECTORIES,
  "profiles",
  "SOUL.md",
  "config.yaml",
  ".env",
  "gateway_state.json",
  "gateway.pid",
  "processes.json",
] as const;

/** The owners that this image itself may have left behind: root, and its user before a remap. */
const OUR_UIDS: ReadonlySet<number> = new Set([0, 10_000]);

async function giveTree(host: Host, path: string, uid: number, user: User): Promise<string> {
  const from = `--from=${uid}`;
  const command = ["/usr/bin/chown", "-R", "-P", "-h", from, `${user.uid}:${user.gid}`, "--", path];
  const result = await host.processes.runCommand(command, { timeoutMs: 120_000 });
  return result.exitCode === 0 ? "" : (result.stderr.trim().split("\n")[0] ?? "chown failed");
}

/**
 * Gives the volume and the known names on it to `user` where root or the image's own user has them.
 * The look costs one call a name; a tree is walked only where its top is wrong, and never through a
 * link. Returns warnings, one a name.
 */
export async function repairOwnership(
  host: Host,
  root: string,
  user: User,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const top = host.files.readStatus(root);
  if (top?.kind === "directory" && top.uid !== user.uid && OUR_UIDS.has(top.uid)) {
    try {
      host.files.setOwner(root, user.uid, user.gid);
    } catch (error) {
      warnings.push(`cannot give ${root} to hermes: ${host.files.describeSystemError(error)}`);
    }
  }
  for (const name of KNOWN_NAMES) {
    const path = join(root, name);
    const status = host.files.readStatus(path);
    if (status === null || status.uid === user.uid || !OUR_UIDS.has(status.uid)) continue;
    if (status.kind === "link") {
      warnings.push(`refusing to change the owner of ${path}: it is a link`);
      continue;
    }
    const failure = await giveTree(host, path, status.uid, user);
    if (failure !== "") warnings.push(`cannot give ${path} to hermes: ${failure}`);
  }
  return warnings;
}
