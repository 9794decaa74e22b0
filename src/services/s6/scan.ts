import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import { withLock } from "../../core/with-lock.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileOfService, scanDirectory, servicePath } from "./layout.ts";
import { runS6Strictly } from "./programs.ts";

function visibleNames(host: Host): readonly string[] {
  const outcome = host.files.listDirectory(scanDirectory(host));
  return outcome.kind === "names" ? outcome.names.filter((name) => !name.startsWith(".")) : [];
}

/** The number of services that s6-svscan sees in the scan directory, loggers included. */
export function countServices(host: Host): number {
  const services = visibleNames(host);
  const logged = services.filter((name) => host.files.exists(servicePath(host, `${name}/log`)));
  return services.length + logged.length;
}

/** The profiles that have a slot, by name. */
export function listSlots(host: Host): readonly ProfileName[] {
  return visibleNames(host).flatMap((service) => profileOfService(service) ?? []);
}

/** Has s6-svscan supervise what has been published; with `-an`, also end the supervisors of what has gone. */
export async function rescan(host: Host, flags: "-a" | "-an" = "-a"): Promise<void> {
  const scanDir = scanDirectory(host);
  await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, [flags, scanDir]);
}

/** Services that s6-svscan takes, loggers included (its default; s6-overlay offers no way to raise it). */
export const SCAN_LIMIT = 1000;

/** A gateway is two services: itself and its logger. */
export const SERVICES_PER_GATEWAY = 2;

/** Returns the number of gateways that fit beside `services` services that s6-svscan supervises already. */
export function freeGatewayPlaces(services: number): number {
  return Math.max(0, Math.floor((SCAN_LIMIT - services) / SERVICES_PER_GATEWAY));
}

/** Milliseconds to wait for another process that changes the scan directory. */
const LIMIT_MS = 20_000;

/**
 * Runs `work` while no other process of ours changes the scan directory. Only a user who can write it can take the
 * lock. Throws if the directory is missing, which is a wrong setting.
 */
export async function withScanLock<T>(host: Host, work: () => Promise<T>): Promise<T> {
  const scanDir = scanDirectory(host);
  if (!host.files.isDirectory(scanDir)) {
    throw new AppError("service-manager", `Cannot change services: '${scanDir}' is no directory`, {
      hint: "leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
    });
  }
  return withLock(host, join(scanDir, ".hermes.lock"), LIMIT_MS, `lock ${scanDir}`, work);
}
