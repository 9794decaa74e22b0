import { dirname } from "node:path";
import { AppError, ExitCode } from "./errors.ts";
import { toFailure } from "./system-failure.ts";
import type { Host } from "../host/host.ts";
import type { HeldLock } from "../host/lock.ts";

const POLL_MS = 20;
/** Milliseconds after which a command says what it waits for. */
const SILENT_MS = 2000;
/** Milliseconds that root waits for a lock that another user can take and keep. */
const FOREIGN_LIMIT_MS = 5000;

/** Returns true if root asks for a lock in a directory of another user. */
function isForeign({ files, users }: Host, path: string): boolean {
  return users.currentUid() === 0 && (files.readStatus(dirname(path))?.uid ?? 0) !== 0;
}

/**
 * Runs `work` while this process holds the lock at `path`, and tells it if it had to wait for another process. Throws
 * if the lock is not free in time or cannot be taken. A lock of another user does not stop root, who then goes on
 * without it.
 */
export async function withLock<T>(
  host: Host,
  path: string,
  limitMs: number,
  what: string,
  work: (contended: boolean) => Promise<T>,
): Promise<T> {
  const { tryLock, tryForeignLock } = await host.loadLock();
  const foreign = isForeign(host, path);
  const limit = foreign ? Math.min(limitMs, FOREIGN_LIMIT_MS) : limitMs;
  const begun = host.clock.elapsed();
  let said = false;
  for (let contended = false; ; contended = true) {
    let lock: HeldLock | null;
    try {
      lock = foreign ? tryForeignLock(path) : tryLock(path);
    } catch (cause) {
      if (!foreign) throw toFailure(`Cannot ${what}: ${path}`, cause);
      host.output.note(`warning: ${path} cannot be locked: going on without it`);
      return work(true);
    }
    if (lock !== null) {
      try {
        return await work(contended);
      } finally {
        lock.release();
      }
    }
    const waited = host.clock.elapsed() - begun;
    if (waited > limit && foreign) {
      host.output.note(`warning: ${path} is held for ${limit / 1000} s: going on without it`);
      return work(true);
    }
    if (waited > limit) {
      throw new AppError("time-limit", `Cannot ${what}: another change takes too long`, {
        hint: `try again when the process that holds ${path} has ended`,
        exitCode: ExitCode.tryAgain,
      });
    }
    if (waited >= SILENT_MS && !said) {
      host.output.note(`Waiting, at most ${limit / 1000} s: another process holds ${path}`);
      said = true;
    }
    await host.clock.sleep(POLL_MS);
  }
}
