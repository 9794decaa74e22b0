import type { Host } from "../host/host.ts";
import { readExitRecord, recentCrashes } from "./record/exit-record.ts";
import { makeEvent } from "./record/event.ts";
import type { ProfileName } from "../profiles/name.ts";
import { recordEvents } from "./record/record-events.ts";

/** Writes down that the supervised process of a gateway has begun, or has said that it is ready. */
export async function recordLife(
  host: Host,
  root: string,
  name: ProfileName,
  event: "started" | "ready",
  pid: number,
): Promise<void> {
  const count = recentCrashes(readExitRecord(host, name), host.clock.uptime()).length;
  await recordEvents(host, root, [
    makeEvent(host.clock.now(), event, name, { pid, recentCrashes: count }),
  ]);
}
