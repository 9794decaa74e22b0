import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { withLock } from "../with-lock.ts";

/** Milliseconds to wait for another process that changes the scan directory. */
const LIMIT_MS = 20_000;

/** Runs `work` while no other process of ours changes the scan directory. Only who may write it can. */
export async function withScanLock<T>(
  host: Host,
  scanDir: string,
  work: () => Promise<T>,
): Promise<T> {
  return withLock(host, join(scanDir, ".hermes.lock"), LIMIT_MS, `lock ${scanDir}`, work);
}
