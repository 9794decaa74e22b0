import type { Host } from "../../host/host.ts";
import { EVENT_LOG_LIMIT, eventLogPath } from "./event-log.ts";
import { parseEventLine, type GatewayEvent } from "./event.ts";

/** An event as recent as this, in milliseconds, may wait for the hook yet. */
const RECENT_MS = 30_000;

/** Returns true if the hook is called with an event; it is not for those of a boot. */
function isTold({ event, reason }: GatewayEvent): boolean {
  return event !== "registered" || reason?.startsWith("at boot") !== true;
}

/** Returns the last failure of the hook if it has taken no event since; null if there is none. */
export function findHookFailure(lines: readonly string[], now: number): GatewayEvent | null {
  for (const line of lines.toReversed()) {
    const event = parseEventLine(line);
    if (event?.event === "hook-failed") return event;
    if (event !== null && isTold(event) && Date.parse(event.at) < now - RECENT_MS) return null;
  }
  return null;
}

/** Reads the last failure of the hook from the log of events; null also if the log cannot be read. */
export function readHookFailure(host: Host, root: string): GatewayEvent | null {
  const outcome = host.files.readTextFile(eventLogPath(root), 2 * EVENT_LOG_LIMIT);
  if (outcome.kind !== "text") return null;
  return findHookFailure(outcome.text.split("\n"), host.clock.now());
}
