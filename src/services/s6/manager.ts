import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import type { ServiceManager } from "../manager.ts";
import { scanDirectory, serviceName, slotPath } from "./layout.ts";
import {
  restartGateway,
  startGateway,
  stopGateway,
  suspendGateway,
} from "../../gateway/lifecycle.ts";
import { isLoggerUp } from "./logger.ts";
import { readManyServices } from "./read-many.ts";
import { listSlots } from "./scan.ts";
import { registerSlot, unregisterSlot, type S6Context } from "./slots.ts";
import { readStaticServices } from "../static-services.ts";
import { readServiceStatus } from "./status.ts";
import { findUnsupervised } from "./unsupervised.ts";

/** The service manager of a container, or of any machine with a live s6 scan directory. */
export function createS6Manager(host: Host, root: string): ServiceManager {
  const context: S6Context = { host, root, scanDir: scanDirectory(host) };
  const readGateway = async (name: ProfileName) => {
    const slot = slotPath(context.scanDir, name);
    if (host.files.readStatus(slot) === null) return null;
    return readServiceStatus(host, slot, serviceName(name));
  };
  return {
    kind: "s6",
    description: "s6 (container supervisor)",
    start: (name) => startGateway(context, name),
    stop: (name) => stopGateway(context, name),
    restart: (name) => restartGateway(context, name),
    suspend: (name, from) => suspendGateway(context, name, from),
    isRunning: async (name) => (await readGateway(name))?.up ?? false,
    supportsRuntimeRegistration: () => true,
    registerProfileGateway: (name) => registerSlot(context, name),
    unregisterProfileGateway: (name) => unregisterSlot(context, name),
    listProfileGateways: () => listSlots(host, context.scanDir),
    readGateway,
    readGateways: (names) => readManyServices(host, context.scanDir, names.map(serviceName)),
    isLoggerUp: (name) => isLoggerUp(host, slotPath(context.scanDir, name)),
    findUnsupervised: (name, pid) => findUnsupervised(host, slotPath(context.scanDir, name), pid),
    readStaticServices: () => readStaticServices(host, context.scanDir),
  };
}
