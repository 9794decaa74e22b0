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

/** The service directory of a profile's gateway. */
export function slotPath(scanDir: string, name: ProfileName): string {
  return join(scanDir, serviceName(name));
}

/** The FIFO on which an s6-supervise takes commands. */
export function controlFifo(service: string): string {
  return join(service, "supervise", "control");
}

/** The FIFO on which s6-svscan takes commands. */
export function scanControl(scanDir: string): string {
  return join(scanDir, ".s6-svscan", "control");
}

/**
 * Returns the path at which a slot is built or taken apart: the leading dot hides it from s6-svscan.
 */
export function hiddenSlotPath(scanDir: string, name: ProfileName, suffix: "tmp" | "gone"): string {
  return join(scanDir, `.${serviceName(name)}.${suffix}`);
}
