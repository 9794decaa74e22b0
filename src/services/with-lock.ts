import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { HeldLock } from "../host/lock.ts";

const POLL_MS = 20;

/** The lock, or null where another has it; what the disk refuses is no bug. */
function take(
  host: Host,
  tryLock: (path: string) => HeldLock | null,
  path: string,
  what: string,
): HeldLock | null {
  try {
    return tryLock(path);
  } catch (cause) {
    const reason = host.files.describeSystemError(cause);
    throw new AppError("io", `Cannot ${what}: ${path}: ${reason}`, { cause });
  }
}

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
    const lock = take(host, tryLock, path, what);
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
