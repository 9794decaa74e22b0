import type { RecordedExit } from "./record/exit.ts";
import { makeEvent, type EventKind, type GatewayEvent } from "./record/event.ts";
import type { ProfileName } from "../profiles/name.ts";

/** What the end of a gateway is called, and what follows from it. */
function kindsOf({ meaning, delayMs }: RecordedExit): readonly EventKind[] {
  if (meaning === "configuration") return ["parked"];
  if (meaning === "parked") return ["crashed", "parked"];
  const end = meaning === "crashed" ? "crashed" : "stopped";
  return delayMs === null || delayMs === 0 ? [end] : [end, "delayed"];
}

/** The events of one end; `crashes` is how many count now. */
export function eventsOfEnd(
  profile: ProfileName,
  exit: RecordedExit,
  crashes: number,
): readonly GatewayEvent[] {
  const { at, pid, code, signal, ranMs, meaning, reason, delayMs } = exit;
  return kindsOf(exit).map((kind) => {
    if (kind === "delayed") return makeEvent(at, kind, profile, { pid, delayMs, crashes, reason });
    const end = { code, signal, ranMs, meaning };
    return makeEvent(at, kind, profile, { pid, reason, exit: end, crashes });
  });
}
