import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";

const POLL_MS = 20;

/**
 * Runs `work` while this process holds the lock at `path`, and tells it whether it had to wait for
 * another. Throws where it is not free in time.
 */
export async function withLock<T>(
  host: Host,
  path: string,
  limitMs: number,
  what: string,
  work: (contended: boolean) => Promise<T>,
): Promise<T> {
  const { tryLock } = await host.loadLock();
  const deadline = host.clock.elapsed() + limitMs;
  for (let contended = false; ; contended = true) {
    const lock = tryLock(path);
    if (lock !== null) {
      try {
        return await work(contended);
      } finally {
        lock.release();
      }
    }
    if (host.clock.elapsed() > deadline) {
      throw new AppError("time-limit", `Cannot ${what}: another change takes too long`);
    }
    await host.clock.sleep(POLL_MS);
  }
}
