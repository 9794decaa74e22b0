import { repairOwnership } from "../boot/ownership.ts";
import { isPossibleVolume } from "../boot/volume-path.ts";
import type { Host } from "../host/host.ts";
import { createApp } from "./app.ts";
import { findImageUser } from "../boot/drop-root.ts";

/**
 * Does the part of root's `hermes doctor --fix` before it drops to hermes: only root may give hermes the files that
 * root left on the volume. Reports their number.
 */
export async function repairAsRoot(host: Host): Promise<void> {
  if (host.users.currentUid() !== 0) return;
  const user = findImageUser(host);
  const { root } = createApp(host, null).home;
  if (user === null || !isPossibleVolume(root)) return;
  const { given, warnings } = await repairOwnership(host, root, user);
  for (const warning of warnings) host.output.note(`warning: ${warning}`);
  if (given > 0)
    host.output.note(`Gave hermes ${given} ${given === 1 ? "file" : "files"} of ${root}`);
}
