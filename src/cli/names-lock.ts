import { join } from "node:path";
import { ensureRuntimeDirectory } from "../profiles/runtime-directory.ts";
import { withLock } from "../services/with-lock.ts";
import type { App } from "./app.ts";

/** Milliseconds to wait for another change: a rename stops a gateway and starts it again. */
const LIMIT_MS = 90_000;

/**
 * Runs `work` while no other process takes a profile its name. `what` is for the message where that takes too long:
 * `rename profile 'coder'`.
 */
export async function withNamesLock<T>(
  { host }: App,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(ensureRuntimeDirectory(host), "profiles.lock");
  return withLock(host, path, LIMIT_MS, what, work);
}
