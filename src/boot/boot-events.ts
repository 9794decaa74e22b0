import { attempt, warn } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { appendEvents } from "../gateway/record/event-log.ts";
import { makeEvent } from "../gateway/record/event.ts";
import { parseProfileName } from "../profiles/name.ts";
import type { Step } from "./plan.ts";

/**
 * Writes down which gateways the boot has registered. No hook is told: they are all that there are, and what starts
 * tells of itself. What the volume refuses is a warning.
 */
export async function writeBootEvents(
  host: Host,
  root: string,
  steps: readonly Step[],
): Promise<void> {
  const now = host.clock.now();
  const events = steps.flatMap(({ profile, action }) => {
    const parsed = parseProfileName(profile);
    if (!parsed.ok || action === "skipped") return [];
    const reason = action === "started" ? "at boot, to be started" : "at boot, down";
    return [makeEvent(now, "registered", parsed.name, { reason })];
  });
  if (events.length === 0) return;
  const append = () => appendEvents(host, root, events);
  warn(host, await attempt("write the gateways' events", append));
}
