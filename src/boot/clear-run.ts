import { attempt } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";

const RUN = "/run";

/** Paths in /run that are stale if /run is no tmpfs and an earlier run of this container left them. */
const LEFT_BEHIND = [
  "/run/hermes",
  "/run/hermes-alias",
  BOOT_DIRECTORY,
  "/run/hermes-registrar",
] as const;

/**
 * Takes /run from everyone but root: a tmpfs may be world-writable, and the image's own /run is open to hermes for
 * rootless containers. Another user must not put anything there before root does.
 */
function closeRun(host: Host): void {
  try {
    host.files.setOwner(RUN, 0, 0);
    host.files.setMode(RUN, 0o755);
  } catch {
    host.output.note("hermes: warning: others may write to /run");
  }
}

/**
 * Prepares /run for a boot, while no tree is alive: it becomes root's, without what an earlier run left, apart from
 * what cannot be removed. Makes the directory of the boot.
 */
export function clearRun(host: Host): void {
  if (host.users.currentUid() === 0) closeRun(host);
  // Without its capabilities root may not remove hermes' files (--cap-drop); a stage that needs a path reports it.
  for (const path of LEFT_BEHIND) attempt(`remove ${path}`, () => host.files.removeTree(path));
  attempt(`make ${BOOT_DIRECTORY}`, () => host.files.ensureDirectory(BOOT_DIRECTORY, 0o755));
}
