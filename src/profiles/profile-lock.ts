import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { ensureRuntimeDirectory } from "./runtime-directory.ts";
import { withLock } from "../core/with-lock.ts";

/** Milliseconds to wait for another change: a rename stops a gateway and starts it again. */
const LIMIT_MS = 90_000;

/**
 * Runs `work` while no other process makes, renames or deletes a profile. `what` is for the message if that takes too
 * long: `rename profile 'coder'`.
 */
export async function withNamesLock<T>(
  host: Host,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(ensureRuntimeDirectory(host), "profiles.lock");
  return withLock(host, path, LIMIT_MS, what, work);
}
