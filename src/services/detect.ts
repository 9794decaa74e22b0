import type { Host } from "../host/host.ts";
import type { ServiceManager } from "./manager.ts";
import { createNoServiceManager } from "./none/manager.ts";
import { readBootPhase } from "./boot-phase.ts";
import { scanControl } from "./s6/layout.ts";
import { createS6Manager } from "./s6/manager.ts";

const S6_BASE_DIRECTORY = "/run/s6/basedir";

/** s6-svscan as PID 1; both facts are readable by every user. */
function isS6ProcessOne(host: Host): boolean {
  const comm = host.files.readSystemFile("/proc/1/comm")?.trim();
  return comm === "s6-svscan" && host.files.readStatus(S6_BASE_DIRECTORY)?.kind === "directory";
}

/** A scan directory that lives although the tree does not own PID 1. */
function isScanDirectoryLive(host: Host): boolean {
  const reader = host.files.probeFifo(scanControl(host));
  if (reader !== "not-permitted") return reader === "present";
  // Only root may ask the FIFO itself; others look for the process.
  return host.processes.listProcesses().some(({ command }) => command === "s6-svscan");
}

/** Returns true if s6 supervises the gateways here. Never decided by asking "is this a container". */
export function isS6Here(host: Host): boolean {
  return isS6ProcessOne(host) || isScanDirectoryLive(host);
}

/** Returns the service manager of this machine; s6 already while the container boots. */
export function detectServiceManager(host: Host): ServiceManager {
  return isS6Here(host) || readBootPhase(host) === "booting"
    ? createS6Manager(host)
    : createNoServiceManager();
}
