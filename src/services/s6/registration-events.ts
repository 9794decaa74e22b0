import type { Host } from "../../host/host.ts";
import { makeEvent } from "../../gateway/record/event.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { recordEvents } from "../../gateway/record/record-events.ts";

/** Writes down that a gateway has been registered while the container runs. */
export async function recordRegistered(host: Host, root: string, name: ProfileName): Promise<void> {
  const event = makeEvent(host.clock.now(), "registered", name, { reason: "down" });
  await recordEvents(host, root, [event]);
}

/** Writes down that a gateway has been taken out of s6. */
export async function recordUnregistered(
  host: Host,
  root: string,
  name: ProfileName,
): Promise<void> {
  await recordEvents(host, root, [makeEvent(host.clock.now(), "unregistered", name)]);
}
