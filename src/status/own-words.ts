import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { confirmClaim } from "../gateway/record/owner.ts";
import type { StateFile } from "../gateway/record/state-file.ts";

const LONGEST_COMPLAINT = 200;

/** What a gateway that runs complains of: that it is degraded, and why. */
export function readComplaint({ reportedState, exitReason }: StateFile): string | null {
  if (reportedState !== "degraded") return null;
  const why = toPrintable(exitReason ?? "", LONGEST_COMPLAINT);
  return why === "" ? "it says that it is degraded" : `it says that it is degraded: ${why}`;
}

/** Why a gateway that is gone did not even start, as it last said; null where it did. */
export function readStartFailure({ reportedState, exitReason }: StateFile): string | null {
  if (reportedState !== "startup_failed") return null;
  const why = toPrintable(exitReason ?? "", LONGEST_COMPLAINT);
  return why === "" ? "it says that it could not start" : `could not start: ${why}`;
}

/**
 * The process that says of itself that it is this gateway, lives, and is not the one that is supervised; null
 * without.
 */
export function findForegroundPid(
  host: Host,
  name: ProfileName,
  state: StateFile,
  supervisedPid: number,
): number | null {
  if (state.pid === supervisedPid) return null;
  return confirmClaim(host, name, state)?.pid ?? null;
}
