import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { withLock } from "../../core/with-lock.ts";

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
