import type { RecordedExit } from "./record/exit.ts";
import { makeEvent, type EventKind, type GatewayEvent } from "./record/event.ts";
import type { ProfileName } from "../profiles/name.ts";

/** What the end of a gateway is called, and what follows from it. */
function kindsOf({ meaning, backoffMs }: RecordedExit): readonly EventKind[] {
  if (meaning === "misconfigured") return ["parked"];
  if (meaning === "crash-looped") return ["crashed", "parked"];
  const end = meaning === "crashed" ? "crashed" : "stopped";
  return backoffMs === null || backoffMs === 0 ? [end] : [end, "backoff"];
}

/** The events of one end; `recentCrashes` is how many count now. */
export function eventsOfEnd(
  profile: ProfileName,
  exit: RecordedExit,
  recentCrashes: number,
): readonly GatewayEvent[] {
  const { at, pid, code, signal, ranMs, meaning, reason, backoffMs } = exit;
  return kindsOf(exit).map((kind) => {
    if (kind === "backoff")
      return makeEvent(at, kind, profile, { pid, backoffMs, recentCrashes, reason });
    const end = { code, signal, ranMs, meaning };
    return makeEvent(at, kind, profile, { pid, reason, exit: end, recentCrashes });
  });
}
