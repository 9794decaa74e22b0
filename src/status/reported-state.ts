import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { confirmClaim } from "../gateway/record/owner.ts";
import type { StateFile } from "../gateway/record/state-file.ts";

const LONGEST_REASON = 200;

/** Returns the report of a running gateway that it is degraded, with its reason; null if it is not. */
export function describeDegraded(state: StateFile | null): string | null {
  if (state?.reportedState !== "degraded") return null;
  const reason = toPrintable(state.exitReason ?? "", LONGEST_REASON);
  return reason === ""
    ? "it reports that it is degraded"
    : `it reports that it is degraded: ${reason}`;
}

/** Returns the report of a gateway that it could not start, with its reason; null if it could. */
export function describeStartFailure(state: StateFile | null): string | null {
  if (state?.reportedState !== "startup_failed") return null;
  const reason = toPrintable(state.exitReason ?? "", LONGEST_REASON);
  return reason === "" ? "it reports that it could not start" : `could not start: ${reason}`;
}

/** Returns the process that the state file names, if it is this gateway and not supervised; null if there is none. */
export function findForegroundPid(
  host: Host,
  name: ProfileName,
  state: StateFile | null,
  supervisedPid: number | null,
): number | null {
  if (state === null || state.pid === supervisedPid) return null;
  return confirmClaim(host, name, state)?.pid ?? null;
}
