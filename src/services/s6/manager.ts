import { join } from "node:path";
import { waitUntil } from "../../core/wait-until.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { isLoggedElsewhere } from "../image/loggers.ts";
import type {
  PublishOutcome,
  RemoveOutcome,
  ServiceAccess,
  ServiceManager,
  GatewayService,
} from "../manager.ts";
import { readStaticServices } from "../image/static-services.ts";
import { bringDown, bringUp, cycle, waitForEnd } from "./control.ts";
import { scanDirectory, serviceName, servicePath } from "./layout.ts";
import { endStuckLoggers } from "../image/logger/stuck-loggers.ts";
import { answers, isSupervised } from "./publish.ts";
import { askRegistrar } from "./registrar-client.ts";
import { isPartlyRegistered, registerDirectly, unregisterDirectly } from "./registration.ts";
import { listSlots } from "./scan.ts";
import { allowHermes, readAccess } from "./slot-access.ts";
import { isLoggerUp, readServiceStatus } from "./status.ts";
import { endUnsupervised, findUnsupervised } from "./unsupervised.ts";

/** Returns true if this process writes the scan directory itself. Root always does: the registrar is root, too. */
function isWriter(host: Host): boolean {
  return host.users.currentUid() === 0 || host.files.isWritable(scanDirectory(host));
}

/** Publishes a profile's slot, or asks the registrar to. */
async function publish(
  host: Host,
  name: ProfileName,
  access?: ServiceAccess,
): Promise<PublishOutcome> {
  if (isWriter(host)) return registerDirectly(host, name, access);
  await askRegistrar(host, { verb: "register", name });
  return "delegated";
}

/** Takes a profile's slot out of s6, or asks the registrar to. */
async function remove(host: Host, name: ProfileName): Promise<RemoveOutcome> {
  if (!isPartlyRegistered(host, name)) return "missing";
  if (isWriter(host)) {
    await unregisterDirectly(host, name);
    return "removed";
  }
  try {
    await askRegistrar(host, { verb: "unregister", name });
  } catch (error) {
    // The registrar goes on for a command that was killed, and may have been faster for that one.
    if (isPartlyRegistered(host, name)) throw error;
  }
  return "delegated";
}

/** Milliseconds that s6-supervise may take from its control FIFO to its first status. */
const ANSWER_LIMIT_MS = 5000;

/** Reads the state of a gateway's slot; waits for the first status of one that was published a moment ago. */
async function readReport(host: Host, name: ProfileName): Promise<GatewayService | null> {
  const service = serviceName(name);
  const slot = servicePath(host, service);
  if (host.files.readStatus(slot) === null) return null;
  if (isSupervised(host, slot)) await waitUntil(host, () => answers(host, slot), ANSWER_LIMIT_MS);
  const status = await readServiceStatus(host, service);
  const unsupervisedPid = findUnsupervised(host, service, status?.pid ?? null);
  return {
    status,
    unsupervisedPid,
    mayRun: unsupervisedPid !== null || !host.files.exists(join(slot, "down")),
    isLoggerUp: status?.up === true ? isLoggerUp(host, name) : null,
  };
}

/** Returns the service manager of a container, or of any machine with a live s6 scan directory. */
export function createS6Manager(host: Host): ServiceManager {
  return {
    kind: "s6",
    description: "s6 (container supervisor)",
    supportsRuntimeRegistration: () => true,
    requireSupport: () => undefined,
    publish: (name, access) => publish(host, name, access),
    remove: (name) => remove(host, name),
    up: (name, options) => bringUp(host, serviceName(name), options),
    down: (name) => bringDown(host, serviceName(name)),
    cycle: (name, pid) => cycle(host, serviceName(name), pid),
    readAccess: (name) => readAccess(host, name),
    allowHermes: (name) => allowHermes(host, name),
    status: (name) => readReport(host, name),
    settle: (name) => waitForEnd(host, serviceName(name)),
    endUnsupervised: (name) => endUnsupervised(host, serviceName(name)),
    list: () => listSlots(host),
    runsElsewhere: (directory) => isLoggedElsewhere(host, directory),
    endStuckLoggers: (root) => endStuckLoggers(host, root),
    readStaticServices: () => readStaticServices(host),
  };
}
