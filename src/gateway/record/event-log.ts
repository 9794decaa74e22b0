import { dirname, join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { GatewayEvent } from "./event.ts";
import { renderEventLine } from "./event.ts";
import { ensureRuntimeDirectory } from "../../profiles/runtime-directory.ts";

/** Size in bytes from which the log is rotated before the next event is written. */
export const EVENT_LOG_LIMIT = 1_048_576;
/** Logs that are kept besides the current one. */
export const EVENT_LOG_ARCHIVES = 3;

/** The events of all gateways, on the volume, a line each. */
export function eventLogPath(root: string): string {
  return join(root, "logs", "gateway-events.log");
}

/** The logs that there may be, the oldest first. */
export function eventLogPaths(root: string): readonly string[] {
  const path = eventLogPath(root);
  const archives = Array.from({ length: EVENT_LOG_ARCHIVES }, (_, index) => `${path}.${index + 1}`);
  return [...archives.toReversed(), path];
}

function isFull(host: Host, path: string): boolean {
  return (host.files.readStatus(path)?.size ?? 0) >= EVENT_LOG_LIMIT;
}

/** Rotates the log if no other process does: two would rotate the same log twice. The second one just appends. */
async function rotate(host: Host, root: string): Promise<void> {
  const { tryLock } = await host.loadLock();
  const lock = tryLock(join(ensureRuntimeDirectory(host), "gateway-events.lock"));
  if (lock === null) return;
  try {
    const paths = eventLogPaths(root);
    if (!isFull(host, eventLogPath(root))) return;
    for (const [index, path] of paths.entries()) {
      const older = paths[index - 1];
      if (older !== undefined && host.files.exists(path)) host.files.rename(path, older);
    }
  } finally {
    lock.release();
  }
}

/**
 * Appends events to the log in one write, so that those of several processes do not mix. Throws if the volume refuses;
 * a rotation that fails only makes the log longer.
 */
export async function appendEvents(
  host: Host,
  root: string,
  events: readonly GatewayEvent[],
): Promise<void> {
  const path = eventLogPath(root);
  if (isFull(host, path)) {
    try {
      await rotate(host, root);
    } catch {
      // Better a long log than none.
    }
  }
  host.files.ensureDirectory(dirname(path), 0o755);
  host.files.appendToFile(path, events.map(renderEventLine).join(""), 0o644);
}
