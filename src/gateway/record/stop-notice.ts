import { isJsonObject, parseJson } from "../../core/json.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessIdentity } from "../../host/processes.ts";
import type { ProfileName } from "../../profiles/name.ts";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  runtimeDirectory,
} from "../../profiles/runtime-directory.ts";

/** The reason why a gateway is about to get SIGTERM. */
export type StopReason = "stop" | "restart";

/** Announces to one gateway process why it is about to get SIGTERM. Throws the system's error. */
export function announceStop(
  host: Host,
  name: ProfileName,
  target: ProcessIdentity,
  reason: StopReason,
): void {
  const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "end");
  host.files.writeFileAtomically(path, JSON.stringify({ ...target, reason }), 0o644);
}

/** Takes back what was announced: the process is to go on. Throws the system's error. */
export function withdrawStop(host: Host, name: ProfileName): void {
  const path = gatewayFilePath(runtimeDirectory(host), name, "end");
  // Not at once: a read-only directory refuses to remove even what is not there.
  if (host.files.exists(path)) host.files.removeFile(path);
}

/**
 * Returns the notice to this very process; null if there is none. Without a start time the pid alone decides, which is
 * enough for a process that ended just now: its pid cannot have been reused since.
 */
export function readStopNotice(
  host: Host,
  name: ProfileName,
  target: { readonly pid: number; readonly startTime: number | null },
): StopReason | null {
  const path = gatewayFilePath(runtimeDirectory(host), name, "end");
  const outcome = host.files.readTextFile(path, 4096);
  const notice = outcome.kind === "text" ? parseJson(outcome.text) : undefined;
  if (!isJsonObject(notice)) return null;
  const { pid, startTime, reason } = notice;
  if (pid !== target.pid) return null;
  if (target.startTime !== null && startTime !== target.startTime) return null;
  return reason === "stop" || reason === "restart" ? reason : null;
}
