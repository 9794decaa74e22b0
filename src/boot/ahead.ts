import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../profiles/boot-directory.ts";
import { DEFAULT_SCAN_DIRECTORY, scanControl, scanDirectory } from "../services/s6/layout.ts";

/** There while the boot's work is done beside the init, and from then on. */
const BEGUN = join(BOOT_DIRECTORY, "ahead");
/** There once user, directories and volume are prepared: `01-hermes-setup` has no more to do. */
const PREPARED = join(BOOT_DIRECTORY, "prepared");
/** The slots that are to go into the scan directory; complete once it is there. */
const SLOTS = join(BOOT_DIRECTORY, "slots");
const UNFINISHED_SLOTS = join(BOOT_DIRECTORY, ".slots");

const SCRIPTS = "/etc/cont-init.d";
const OWN_SCRIPTS = new Set([
  "00-signals",
  "01-hermes-setup",
  "015-supervise-perms",
  "02-reconcile-profiles",
  "03-dashboard-toggle",
]);
const FIX_ATTRS = "/etc/fix-attrs.d";
const SERVICES = "/etc/s6-overlay/s6-rc.d/user/contents.d";
const LATE_SERVICES = "/etc/s6-overlay/s6-rc.d/user2/contents.d";
const OWN_SERVICES = new Set(["dashboard", "main-hermes", "registrar"]);
const OLD_SERVICES = "/etc/services.d";

function namesIn(host: Host, directory: string): readonly string[] {
  const outcome = host.files.listDirectory(directory);
  return outcome.kind === "names" ? outcome.names : [];
}

/**
 * Whether the boot's work may be done before its turn, beside the init: only in the image as it is built. A script of
 * somebody's own may have a part in it, or count on it, a service may wait for a gateway.
 */
export function isAheadPossible(host: Host): boolean {
  return (
    namesIn(host, SCRIPTS).every((name) => OWN_SCRIPTS.has(name)) &&
    namesIn(host, FIX_ATTRS).length === 0 &&
    namesIn(host, SERVICES).every((name) => OWN_SERVICES.has(name)) &&
    namesIn(host, LATE_SERVICES).length === 0 &&
    namesIn(host, OLD_SERVICES).length === 0 &&
    (host.environment["S6_STAGE2_HOOK"] ?? "") === "" &&
    scanDirectory(host) === DEFAULT_SCAN_DIRECTORY
  );
}

/**
 * Puts slots that were built ahead in their place and has s6 look for them, at the last moment before the container's
 * command: dozens of supervisors that start leave nothing else a processor. A second time it does nothing.
 */
export function publishSlotsBuiltAhead(host: Host): void {
  const slots = namesIn(host, SLOTS);
  if (slots.length === 0 || host.users.currentUid() !== host.files.readStatus(SLOTS)?.uid) return;
  for (const name of slots) {
    try {
      host.files.rename(join(SLOTS, name), join(DEFAULT_SCAN_DIRECTORY, name));
    } catch (error) {
      const reason = host.files.describeSystemError(error);
      host.output.note(`warning: cannot put ${name} into ${DEFAULT_SCAN_DIRECTORY}: ${reason}`);
    }
  }
  // What `s6-svscanctl -a` writes; a child of this process would stay behind as a zombie of the command's.
  host.files.writeToFifo(scanControl(DEFAULT_SCAN_DIRECTORY), "a");
}

/** Says that work is under way: the boot's scripts wait for it. */
export function beginAhead(host: Host): void {
  host.files.createFile(BEGUN, "", 0o644);
}

/** Says that user, directories and volume are prepared. */
export function markPrepared(host: Host): void {
  host.files.createFile(PREPARED, "", 0o644);
}

/**
 * Has `build` fill a directory with slots, and puts that where it is looked for once all of them are there;
 * not where it returns null.
 */
export async function buildSlotsAhead<T>(
  host: Host,
  build: (directory: string) => Promise<T | null>,
): Promise<T | null> {
  host.files.createDirectory(UNFINISHED_SLOTS, 0o755);
  const result = await build(UNFINISHED_SLOTS);
  if (result === null) host.files.removeTree(UNFINISHED_SLOTS);
  else host.files.rename(UNFINISHED_SLOTS, SLOTS);
  return result;
}
