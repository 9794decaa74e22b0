import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../profiles/boot-directory.ts";

const RUN = "/run";

/** What an earlier run of this container left, where /run is no tmpfs: it means nothing any more. */
const LEFT_BEHIND = [
  "/run/hermes",
  "/run/hermes-alias",
  BOOT_DIRECTORY,
  "/run/hermes-registrar",
] as const;

/**
 * A tmpfs may come world-writable, and the image's own /run lets hermes in for containers that run as hermes
 * altogether. As root nobody else may put anything there before root does.
 */
function closeRun(host: Host): void {
  try {
    host.files.setOwner(RUN, 0, 0);
    host.files.setMode(RUN, 0o755);
  } catch {
    host.output.note("hermes: warning: others may write to /run");
  }
}

/** Without its capabilities root may not remove what is hermes' (--cap-drop). */
function tryTo(work: () => void): void {
  try {
    work();
  } catch {
    // Who needs it says so.
  }
}

/**
 * Makes /run as it is before a boot, where no tree is alive: root's alone, and without what an earlier run left, apart
 * from what may not be removed. Makes the directory of the boot.
 */
export function clearRun(host: Host): void {
  if (host.users.currentUid() === 0) closeRun(host);
  for (const path of LEFT_BEHIND) tryTo(() => host.files.removeTree(path));
  tryTo(() => host.files.ensureDirectory(BOOT_DIRECTORY, 0o755));
}
