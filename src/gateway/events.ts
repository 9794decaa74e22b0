import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { makeEvent, type EventKind, type GatewayEvent } from "./record/event.ts";
import { readExitRecord, recentCrashes as listRecentCrashes } from "./record/exit-record.ts";
import type { RecordedExit } from "./record/exit.ts";
import { recordEvents } from "./record/record-events.ts";

/** The kinds of event that an exit is: itself, and what follows from it. */
function kindsOf({ meaning, backoffMs }: RecordedExit): readonly EventKind[] {
  if (meaning === "misconfigured") return ["parked"];
  if (meaning === "crash-looped") return ["crashed", "parked"];
  const kind = meaning === "crashed" ? "crashed" : "stopped";
  return backoffMs === null || backoffMs === 0 ? [kind] : [kind, "backoff"];
}

/** Returns the events of one exit; `count` is the number of recent crashes. */
export function eventsOfExit(
  profile: ProfileName,
  exit: RecordedExit,
  count: number,
): readonly GatewayEvent[] {
  const { at, pid, code, signal, ranMs, meaning, reason, backoffMs } = exit;
  return kindsOf(exit).map((kind) => {
    if (kind === "backoff")
      return makeEvent(at, kind, profile, { pid, backoffMs, recentCrashes: count, reason });
    const facts = { code, signal, ranMs, meaning };
    return makeEvent(at, kind, profile, { pid, reason, exit: facts, recentCrashes: count });
  });
}

/** Records that the supervised process of a gateway has begun, or has said that it is ready. */
export async function recordLife(
  host: Host,
  root: string,
  name: ProfileName,
  event: "started" | "ready",
  pid: number,
): Promise<void> {
  const count = listRecentCrashes(readExitRecord(host, name), host.clock.uptime()).length;
  await recordEvents(host, root, [
    makeEvent(host.clock.now(), event, name, { pid, recentCrashes: count }),
  ]);
}

/** Records that the service of a gateway has been published while the container runs, or taken away. */
export async function recordRegistration(
  host: Host,
  root: string,
  name: ProfileName,
  event: "registered" | "unregistered",
): Promise<void> {
  const facts = event === "registered" ? { reason: "down" } : {};
  await recordEvents(host, root, [makeEvent(host.clock.now(), event, name, facts)]);
}
