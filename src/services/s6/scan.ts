import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import { withLock } from "../../core/with-lock.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileOfService } from "./layout.ts";

function visibleNames(host: Host, scanDir: string): readonly string[] {
  const outcome = host.files.listDirectory(scanDir);
  return outcome.kind === "names" ? outcome.names.filter((name) => !name.startsWith(".")) : [];
}

/** The services that s6-svscan sees in a scan directory, loggers included. */
export function countServices(host: Host, scanDir: string): number {
  return visibleNames(host, scanDir).reduce(
    (count, name) => count + (host.files.exists(join(scanDir, name, "log")) ? 2 : 1),
    0,
  );
}

/** The profiles that have a slot, by name. */
export function listSlots(host: Host, scanDir: string): readonly ProfileName[] {
  return visibleNames(host, scanDir).flatMap((service) => profileOfService(service) ?? []);
}

/** Services that s6-svscan takes, loggers included (its default; s6-overlay offers no way to raise it). */
export const SCAN_LIMIT = 1000;

/** A gateway is two services: itself and its logger. */
export const SERVICES_PER_GATEWAY = 2;

/**
 * Returns the number of gateways that fit beside `services` services that s6-svscan supervises already.
 */
export function freeGatewayPlaces(services: number): number {
  return Math.max(0, Math.floor((SCAN_LIMIT - services) / SERVICES_PER_GATEWAY));
}

/** Milliseconds to wait for another process that changes the scan directory. */
const LIMIT_MS = 20_000;

/**
 * Runs `work` while no other process of ours changes the scan directory. Only a user who can write it can take the
 * lock. Throws if the directory is missing, which is a wrong setting.
 */
export async function withScanLock<T>(
  host: Host,
  scanDir: string,
  work: () => Promise<T>,
): Promise<T> {
  if (!host.files.isDirectory(scanDir)) {
    throw new AppError("service-manager", `Cannot change services: '${scanDir}' is no directory`, {
      hint: "leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
    });
  }
  return withLock(host, join(scanDir, ".hermes.lock"), LIMIT_MS, `lock ${scanDir}`, work);
}
