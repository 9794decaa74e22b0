import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { ensureRuntimeDirectory, gatewayFilePath } from "../profiles/runtime-directory.ts";
import { withLock } from "../core/with-lock.ts";

/** Milliseconds to wait for a restart that is under way: the longest one, with some room. */
const LIMIT_MS = 60_000;

/** Runs `work` while no other restart of this gateway is under way, and tells it whether one was. */
export async function withRestartLock<T>(
  host: Host,
  name: ProfileName,
  work: (contended: boolean) => Promise<T>,
): Promise<T> {
  const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "restart.lock");
  return withLock(host, path, LIMIT_MS, `restart gateway '${name}'`, work);
}
