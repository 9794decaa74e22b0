import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { StateFile } from "../profiles/state.ts";

const LONGEST_COMPLAINT = 200;

/** What a gateway that runs complains of: that it is degraded, and why. */
export function readComplaint({ gatewayState, exitReason }: StateFile): string | null {
  if (gatewayState !== "degraded") return null;
  const why = toPrintable(exitReason ?? "", LONGEST_COMPLAINT);
  return why === "" ? "it says that it is degraded" : `it says that it is degraded: ${why}`;
}

/** Why a gateway that is gone did not even start, as it last said; null where it did. */
export function readStartFailure({ gatewayState, exitReason }: StateFile): string | null {
  if (gatewayState !== "startup_failed") return null;
  const why = toPrintable(exitReason ?? "", LONGEST_COMPLAINT);
  return why === "" ? "it says that it could not start" : `could not start: ${why}`;
}

/**
 * The process that says of itself that it is this gateway, lives, and is not the one that is supervised; null
 * without. Only a start time that `/proc` confirms counts: a pid alone may be somebody else's by now.
 */
export function findForegroundPid(
  host: Host,
  { pid, startTime }: StateFile,
  supervisedPid: number,
): number | null {
  if (pid === null || startTime === null || pid === supervisedPid) return null;
  const facts = host.processes.readProcess(pid);
  return facts !== null && facts.startTime === startTime ? pid : null;
}
