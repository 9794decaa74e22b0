import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { parseProfileName, type ProfileName } from "../../profiles/name.ts";

const PREFIX = "gateway-";

/** The scan directory of the image's s6-svscan, whatever the environment says. */
export const DEFAULT_SCAN_DIRECTORY = "/run/service";

/** The scan directory of the gateways. */
export function scanDirectory(host: Host): string {
  const given = host.environment["S6_PROFILE_GATEWAY_SCANDIR"];
  return given === undefined || given === "" ? DEFAULT_SCAN_DIRECTORY : given;
}

/** The service name of a profile's gateway. */
export function serviceName(name: ProfileName): string {
  return `${PREFIX}${name}`;
}

/** Returns the profile of a service name; null if it is not a gateway's. */
export function profileOfService(service: string): ProfileName | null {
  if (!service.startsWith(PREFIX)) return null;
  const parsed = parseProfileName(service.slice(PREFIX.length));
  return parsed.ok ? parsed.name : null;
}

/** The directory of a service, which has its name from the scan directory: `gateway-coder`, `gateway-coder/log`. */
export function servicePath(host: Host, service: string): string {
  return join(scanDirectory(host), service);
}

/** The service directory of a profile's gateway. */
export function slotPath(host: Host, name: ProfileName): string {
  return servicePath(host, serviceName(name));
}

/** The service directory of a gateway's logger. */
export function loggerDirectory(host: Host, name: ProfileName): string {
  return join(slotPath(host, name), "log");
}

/** The FIFO on which an s6-supervise takes commands. */
export function controlFifo(service: string): string {
  return join(service, "supervise", "control");
}

/** The FIFO on which s6-svscan takes commands. */
export function scanControl(host: Host): string {
  return servicePath(host, ".s6-svscan/control");
}

/** The path at which a slot is built or taken apart: the leading dot hides it from s6-svscan. */
export function hiddenSlotPath(host: Host, name: ProfileName, suffix: "tmp" | "gone"): string {
  return servicePath(host, `.${serviceName(name)}.${suffix}`);
}
