import { join } from "node:path";
import { waitUntil } from "../../core/wait-until.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { isLoggedElsewhere } from "./loggers.ts";
import type {
  PublishOutcome,
  RemoveOutcome,
  ServiceAccess,
  ServiceManager,
  GatewayService,
} from "../manager.ts";
import { readStaticServices } from "./static-services.ts";
import { bringDown, bringUp, cycle, waitForEnd } from "./control.ts";
import { scanDirectory, serviceName, slotPath } from "./layout.ts";
import { endStuckLoggers } from "./logger/stuck-loggers.ts";
import { answers, isSupervised } from "./publish.ts";
import { askRegistrar } from "./registrar-client.ts";
import { isPartlyRegistered, registerDirectly, unregisterDirectly } from "./registration.ts";
import { listSlots } from "./scan.ts";
import { allowHermes, readAccess } from "./slot-access.ts";
import { isLoggerUp, readServiceStatus } from "./status.ts";
import { endUnsupervised, findUnsupervised } from "./unsupervised.ts";

/** Returns true if this process writes the scan directory itself. Root always does: the registrar is root, too. */
function isWriter({ users, files }: Host, scanDir: string): boolean {
  return users.currentUid() === 0 || files.isWritable(scanDir);
}

/** Publishes a profile's slot, or asks the registrar to. */
async function publish(
  host: Host,
  scanDir: string,
  name: ProfileName,
  access?: ServiceAccess,
): Promise<PublishOutcome> {
  if (isWriter(host, scanDir)) return registerDirectly(host, scanDir, name, access);
  await askRegistrar(host, { verb: "register", name });
  return "delegated";
}

/** Takes a profile's slot out of s6, or asks the registrar to. */
async function remove(host: Host, scanDir: string, name: ProfileName): Promise<RemoveOutcome> {
  if (!isPartlyRegistered(host, scanDir, name)) return "missing";
  if (isWriter(host, scanDir)) {
    await unregisterDirectly(host, scanDir, name);
    return "removed";
  }
  try {
    await askRegistrar(host, { verb: "unregister", name });
  } catch (error) {
    // The registrar goes on for a command that was killed, and may have been faster for that one.
    if (isPartlyRegistered(host, scanDir, name)) throw error;
  }
  return "delegated";
}

/** Milliseconds that s6-supervise may take from its control FIFO to its first status. */
const ANSWER_LIMIT_MS = 5000;

/** Reads the state of a gateway's slot; waits for the first status of one that was published a moment ago. */
async function readReport(
  host: Host,
  scanDir: string,
  name: ProfileName,
): Promise<GatewayService | null> {
  const slot = slotPath(scanDir, name);
  if (host.files.readStatus(slot) === null) return null;
  if (isSupervised(host, slot)) await waitUntil(host, () => answers(host, slot), ANSWER_LIMIT_MS);
  const status = await readServiceStatus(host, slot, serviceName(name));
  const unsupervisedPid = findUnsupervised(host, slot, status?.pid ?? null);
  return {
    status,
    unsupervisedPid,
    mayRun: unsupervisedPid !== null || !host.files.exists(join(slot, "down")),
    isLoggerUp: status?.up === true ? isLoggerUp(host, slot) : null,
  };
}

/** Returns the service manager of a container, or of any machine with a live s6 scan directory. */
export function createS6Manager(host: Host): ServiceManager {
  const scanDir = scanDirectory(host);
  const slotOf = (name: ProfileName) => slotPath(scanDir, name);
  return {
    kind: "s6",
    description: "s6 (container supervisor)",
    supportsRuntimeRegistration: () => true,
    requireSupport: () => undefined,
    publish: (name, access) => publish(host, scanDir, name, access),
    remove: (name) => remove(host, scanDir, name),
    up: (name, options) => bringUp(host, slotOf(name), serviceName(name), options),
    down: (name) => bringDown(host, slotOf(name), serviceName(name)),
    cycle: (name, pid) => cycle(host, slotOf(name), serviceName(name), pid),
    readAccess: (name) => readAccess(host, slotOf(name)),
    allowHermes: (name) => allowHermes(host, slotOf(name)),
    status: (name) => readReport(host, scanDir, name),
    settle: (name) => waitForEnd(host, slotOf(name), serviceName(name)),
    endUnsupervised: (name) => endUnsupervised(host, slotOf(name), serviceName(name)),
    list: () => listSlots(host, scanDir),
    runsElsewhere: (directory) => isLoggedElsewhere(host, directory),
    endStuckLoggers: (root) => endStuckLoggers(host, root),
    readStaticServices: () => readStaticServices(host, scanDir),
  };
}
