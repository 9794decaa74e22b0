import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";

/** Milliseconds to wait for another process that changes the scan directory. */
const LIMIT_MS = 20_000;

/** Runs `work` while no other process of ours changes the scan directory. Only who may write it can. */
export async function withScanLock<T>(
  host: Host,
  scanDir: string,
  work: () => Promise<T>,
): Promise<T> {
  const { tryLock } = await host.loadLock();
  const deadline = host.clock.elapsed() + LIMIT_MS;
  const path = join(scanDir, ".hermes.lock");
  for (;;) {
    const lock = tryLock(path);
    if (lock !== null) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (host.clock.elapsed() > deadline) {
      throw new AppError("time-limit", `Cannot lock ${scanDir}: another change takes too long`);
    }
    await host.clock.sleep(20);
  }
}
