import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { parseEventLine, renderEventLine, type GatewayEvent } from "./event.ts";
import { ensureRuntimeDirectory, runtimeDirectory } from "../../profiles/runtime-directory.ts";

/** Events that may wait for a hook. */
export const QUEUE_LIMIT = 256;

function queueDirectory(host: Host): string {
  return join(runtimeDirectory(host), "events");
}

/** The waiting events' names, the oldest first. */
function listQueue(host: Host): readonly string[] {
  const outcome = host.files.listDirectory(queueDirectory(host));
  return outcome.kind === "names" ? outcome.names.filter((name) => name.endsWith(".json")) : [];
}

/** Returns true if an event waits for the hook. */
export function isQueueEmpty(host: Host): boolean {
  return listQueue(host).length === 0;
}

/** Queues events for the hook, in order; returns those for which there is no room. Throws if /run is full. */
export function enqueueEvents(
  host: Host,
  events: readonly GatewayEvent[],
): readonly GatewayEvent[] {
  ensureRuntimeDirectory(host);
  host.files.ensureDirectory(queueDirectory(host), 0o700);
  const room = Math.max(0, QUEUE_LIMIT - listQueue(host).length);
  const time = String(host.clock.uptime()).padStart(15, "0");
  for (const [index, event] of events.slice(0, room).entries()) {
    const name = `${time}-${host.self.pid}-${String(index).padStart(4, "0")}.json`;
    const path = join(queueDirectory(host), name);
    host.files.writeFileAtomically(path, renderEventLine(event), 0o600);
  }
  return events.slice(room);
}

/** Takes the oldest event out; null if none waits. Anything that is no event is discarded. */
export function takeEvent(host: Host): GatewayEvent | null {
  for (const name of listQueue(host)) {
    const path = join(queueDirectory(host), name);
    const outcome = host.files.readTextFile(path, 65_536);
    host.files.removeTree(path);
    const event = outcome.kind === "text" ? parseEventLine(outcome.text) : null;
    if (event !== null) return event;
  }
  return null;
}
