import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import type { PublishOutcome, ServiceAccess } from "../manager.ts";
import { aliasPath, makeAlias, removeAlias } from "../../profiles/alias.ts";
import { bringDown } from "./control.ts";
import { hiddenSlotPath, serviceName, slotPath } from "./layout.ts";
import { endLeaving, hideSlot, isChildOfSupervisor, isLeaving } from "./leaving.ts";
import { answers, isSupervised, publishSlots } from "./publish.ts";
import { countServices, freeGatewayPlaces, SCAN_LIMIT, rescan, withScanLock } from "./scan.ts";
import { readServiceStatus } from "./status.ts";
import { endUnsupervised, findUnsupervised } from "./unsupervised.ts";
import { waitUntil } from "../../core/wait-until.ts";

const SUPERVISION_LIMIT_MS = 10_000;
/** Milliseconds after which no further attempt at a registration begins. */
const REGISTER_LIMIT_MS = 20_000;

/** Milliseconds for s6-svscan to supervise a slot; it waits a second between two starts of a supervisor. */
const RESCAN_LIMIT_MS = 2500;

/** Returns true if both the gateway and its logger answer. */
function isFullySupervised(host: Host, slot: string): boolean {
  return answers(host, slot) && answers(host, join(slot, "log"));
}

/** Returns a value that tells one publication of a slot from the next; null if there is no complete one. */
function readSlotId(host: Host, slot: string): string | null {
  return host.files.exists(join(slot, "log/run")) ? host.files.readFileId(join(slot, "run")) : null;
}

/** Has s6-svscan look for a complete slot that nothing supervises; true if its supervisors came in time. */
async function rescanAndWait(host: Host, slot: string): Promise<boolean> {
  if (readSlotId(host, slot) === null) return false;
  await rescan(host);
  return waitUntil(host, () => isFullySupervised(host, slot), RESCAN_LIMIT_MS);
}

/** Returns whether s6 or the directory of aliases has anything of a gateway, be it half of it. */
export function isPartlyRegistered(host: Host, name: ProfileName): boolean {
  const paths = [slotPath(host, name), hiddenSlotPath(host, name, "gone")];
  return (
    paths.some((path) => host.files.readStatus(path) !== null) || aliasPath(host, name) !== null
  );
}

/**
 * Publishes a slot; null if an earlier one of this name has not ended yet, or another process has published it a moment
 * ago. `stale` is a slot that s6 did not take up, and that is replaced. The caller holds the lock, so nothing here
 * waits.
 */
async function publishNow(
  host: Host,
  name: ProfileName,
  access: ServiceAccess,
  stale: string | null,
): Promise<PublishOutcome | null> {
  const slot = slotPath(host, name);
  makeAlias(host, name);
  if (isSupervised(host, slot)) return "unchanged";
  const slotId = readSlotId(host, slot);
  if (isLeaving(host, name) || (slotId !== null && slotId !== stale)) return null;
  const fresh = host.files.readStatus(slot) === null;
  if (fresh && freeGatewayPlaces(countServices(host)) === 0) {
    throw new AppError(
      "capacity",
      `Cannot register gateway '${name}': s6-svscan takes ${SCAN_LIMIT} services and has no place left`,
      { hint: "delete a profile that is not used" },
    );
  }
  // A gateway that the boot has just published, and s6 has not seen yet, is started all the same.
  const start = host.files.exists(join(slot, "run")) && !host.files.exists(join(slot, "down"));
  const failures = await publishSlots(host, [{ name, start, access }]);
  const failure = failures.get(name);
  if (failure !== undefined) throw failure;
  return "published";
}

/** Has s6 supervise a slot that has just been published. */
async function takeUp(host: Host, name: ProfileName): Promise<void> {
  const slot = slotPath(host, name);
  await rescan(host);
  if (await waitUntil(host, () => isFullySupervised(host, slot), SUPERVISION_LIMIT_MS)) return;
  throw new AppError(
    "time-limit",
    `Cannot register gateway '${name}': s6 does not supervise ${slot} after ${SUPERVISION_LIMIT_MS / 1000} s`,
  );
}

/**
 * Publishes a profile's slot, down if it is new, and waits until s6 supervises it. The caller may write the scan
 * directory; a slot that is supervised already is left as it is. The lock is held only while names change: hermes can
 * keep a supervisor of its own gateways from coming up. Throws past the limit of s6-svscan.
 */
export async function registerDirectly(
  host: Host,
  name: ProfileName,
  access: ServiceAccess = "hermes",
): Promise<PublishOutcome> {
  const slot = slotPath(host, name);
  const deadline = host.clock.elapsed() + REGISTER_LIMIT_MS;
  while (host.clock.elapsed() < deadline) {
    await endLeaving(host, name);
    const stale = readSlotId(host, slot);
    if (!isFullySupervised(host, slot)) await rescanAndWait(host, slot);
    const publish = () => publishNow(host, name, access, stale);
    const outcome = await withScanLock(host, publish);
    if (outcome === "published") await takeUp(host, name);
    if (outcome !== null) return outcome;
  }
  throw new AppError(
    "time-limit",
    `Cannot register gateway '${name}': it is made and taken away again and again`,
  );
}

/**
 * Brings a gateway down, and what outlived its supervisor. Throws if it does not end although s6 wants it down. One
 * that hermes has started again, or whose supervisor hermes keeps from listening, is ended with its supervisor.
 */
async function bringDownOnce(host: Host, slot: string, name: ProfileName): Promise<void> {
  const service = serviceName(name);
  try {
    const before = await readServiceStatus(host, service);
    const lost = findUnsupervised(host, service, before?.pid ?? null) !== null;
    if (lost && before?.up === false) await endUnsupervised(host, service);
    await bringDown(host, service);
  } catch (error) {
    const status = await readServiceStatus(host, service);
    const pid = status === null || status.wantedUp ? null : status.pid;
    // If /run is full, s6-supervise cannot record that the gateway has exited.
    if (pid !== null && isChildOfSupervisor(host, slot, pid)) throw error;
  }
}

/**
 * Removes a gateway from s6: brings it down, hides it, waits for both supervisors to exit, removes it. The caller may
 * write the scan directory. A missing slot is fine. A gateway may take its time, so the lock is held only while names
 * change.
 */
export async function unregisterDirectly(host: Host, name: ProfileName): Promise<void> {
  const slot = slotPath(host, name);
  const leaving = hiddenSlotPath(host, name, "gone");
  await endLeaving(host, name);
  // One that was published a moment ago, or whose supervisor was killed, has one in a moment.
  if (isSupervised(host, slot) || (await rescanAndWait(host, slot))) {
    await bringDownOnce(host, slot, name);
  }
  await withScanLock(host, async () => {
    removeAlias(host, name);
    // Another removal of the same name may have been faster; then this one waits for the same end.
    if (host.files.readStatus(slot) === null || isLeaving(host, name)) return;
    hideSlot(host, name);
  });
  await endLeaving(host, name);
  await withScanLock(host, async () => {
    if (!isLeaving(host, name)) host.files.removeTree(leaving);
  });
}
