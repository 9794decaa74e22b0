import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import type { RegistrationOutcome } from "../manager.ts";
import { aliasPath, makeAlias, removeAlias } from "./alias.ts";
import { freeGatewayPlaces, SCAN_LIMIT } from "./capacity.ts";
import { bringDown } from "./control.ts";
import { controlFifo, hiddenSlotPath, serviceName, slotPath } from "./layout.ts";
import { runS6Strictly } from "./programs.ts";
import { answers, isSupervised, publishSlots, type SlotOwner } from "./publish.ts";
import { countServices } from "./scan.ts";
import { withScanLock } from "./scan-lock.ts";
import { waitUntil } from "./wait.ts";

const SUPERVISION_LIMIT_MS = 5000;

/** Whom slots are published for: the user hermes where root publishes, else nobody but ourselves. */
export function slotOwner(host: Host): SlotOwner | null {
  if (host.users.currentUid() !== 0) return null;
  return host.users.findUserByName("hermes");
}

/** The FIFOs of a slot's two supervisors: the gateway's and its logger's. */
function controlFifos(slot: string): readonly string[] {
  return [controlFifo(slot), controlFifo(join(slot, "log"))];
}

/** Makes s6-svscan end the supervisors of a slot that has left its sight, and waits for their end. */
async function endSupervisors(host: Host, scanDir: string, name: ProfileName): Promise<void> {
  await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, ["-an", scanDir]);
  if (await waitUntil(host, () => !hasSupervisors(host, scanDir, name), SUPERVISION_LIMIT_MS))
    return;
  throw new AppError(
    "time-limit",
    `Cannot unregister gateway '${name}': s6-supervise still runs after ${SUPERVISION_LIMIT_MS / 1000} s`,
  );
}

/** Returns whether the supervisors of a slot that has left s6-svscan's sight still run. */
function hasSupervisors(host: Host, scanDir: string, name: ProfileName): boolean {
  const fifos = controlFifos(hiddenSlotPath(scanDir, name, "gone"));
  return fifos.some((fifo) => host.files.probeFifo(fifo) !== "absent");
}

/** Completes an `unregister` that was interrupted after the slot had left s6-svscan's sight. */
async function finishLeaving(host: Host, scanDir: string, name: ProfileName): Promise<void> {
  if (hasSupervisors(host, scanDir, name)) await endSupervisors(host, scanDir, name);
  host.files.removeTree(hiddenSlotPath(scanDir, name, "gone"));
}

/** Returns whether s6 or the directory of aliases has anything of a gateway, be it half of it. */
export function isPartlyRegistered(host: Host, scanDir: string, name: ProfileName): boolean {
  const paths = [slotPath(scanDir, name), hiddenSlotPath(scanDir, name, "gone")];
  return (
    paths.some((path) => host.files.readStatus(path) !== null) || aliasPath(host, name) !== null
  );
}

/**
 * Publishes a profile's slot, down where it is new, and waits until s6 supervises it. For whoever may write the scan
 * directory; a slot that is supervised already is left as it is. Throws past the limit of s6-svscan.
 */
export async function registerDirectly(
  host: Host,
  scanDir: string,
  name: ProfileName,
): Promise<RegistrationOutcome> {
  const slot = slotPath(scanDir, name);
  return withScanLock(host, scanDir, async () => {
    makeAlias(host, name);
    if (isSupervised(host, slot)) return "already-registered";
    await finishLeaving(host, scanDir, name);
    const fresh = host.files.readStatus(slot) === null;
    if (fresh && freeGatewayPlaces(countServices(host, scanDir)) === 0) {
      throw new AppError(
        "capacity",
        `Cannot register gateway '${name}': s6-svscan takes ${SCAN_LIMIT} services and has no place left`,
        { hint: "delete a profile that is not used" },
      );
    }
    // What the boot has just published, and s6 has not seen yet, is to start all the same.
    const start = host.files.exists(join(slot, "run")) && !host.files.exists(join(slot, "down"));
    const failures = await publishSlots(host, scanDir, [{ name, start }], slotOwner(host));
    const failure = failures.get(name);
    if (failure !== undefined) throw failure;
    await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, ["-a", scanDir]);
    const supervised = () => answers(host, slot) && answers(host, join(slot, "log"));
    if (!(await waitUntil(host, supervised, SUPERVISION_LIMIT_MS))) {
      throw new AppError(
        "time-limit",
        `Cannot register gateway '${name}': s6 does not supervise ${slot} after ${SUPERVISION_LIMIT_MS / 1000} s`,
      );
    }
    return "registered";
  });
}

/**
 * Takes a gateway out of s6: down, hidden, both supervisors gone, removed; then verifies that no process
 * of it is left. For whoever may write the scan directory. A missing slot is fine.
 */
export async function unregisterDirectly(
  host: Host,
  scanDir: string,
  name: ProfileName,
): Promise<void> {
  const slot = slotPath(scanDir, name);
  const leaving = hiddenSlotPath(scanDir, name, "gone");
  await withScanLock(host, scanDir, async () => {
    removeAlias(host, name);
    await finishLeaving(host, scanDir, name);
    if (host.files.readStatus(slot) === null) return;
    if (isSupervised(host, slot)) await bringDown(host, slot, serviceName(name));
    host.files.rename(slot, leaving);
    await endSupervisors(host, scanDir, name);
    host.files.removeTree(leaving);
  });
}
