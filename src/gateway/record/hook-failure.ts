import type { Host } from "../../host/host.ts";
import { EVENT_LOG_LIMIT, eventLogPath } from "./event-log.ts";
import { parseEventLine, type GatewayEvent } from "./event.ts";

/** An event as recent as this, in milliseconds, may wait for the hook yet. */
const RECENT_MS = 30_000;

/** Whether the hook was told of an event; those of a boot it is not. */
function isTold({ event, reason }: GatewayEvent): boolean {
  return event !== "registered" || reason?.startsWith("at boot") !== true;
}

/** The failure of the hook that no event came after which the hook took; null where there is none. */
export function findHookFailure(lines: readonly string[], now: number): GatewayEvent | null {
  for (const line of lines.toReversed()) {
    const event = parseEventLine(line);
    if (event?.event === "hook-failed") return event;
    if (event !== null && isTold(event) && Date.parse(event.at) < now - RECENT_MS) return null;
  }
  return null;
}

/** The same, from the log of the events; null, too, where that cannot be read. */
export function readHookFailure(host: Host, root: string): GatewayEvent | null {
  const outcome = host.files.readTextFile(eventLogPath(root), 2 * EVENT_LOG_LIMIT);
  if (outcome.kind !== "text") return null;
  return findHookFailure(outcome.text.split("\n"), host.clock.now());
}
