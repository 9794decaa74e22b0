import { bootExecutable } from "../../core/boot-executable.ts";
import { WITH_CONTENV } from "../../core/image.ts";
import { attempt, warn } from "../../core/attempt.ts";
import { definedVariables, RUNTIME_VARIABLES } from "../../core/runtime-environment.ts";
import { findVolumeUser, runOnVolume } from "../../core/volume-user.ts";
import type { Host } from "../../host/host.ts";
import { isHookThere } from "./event-hook-file.ts";
import { appendEvents } from "./event-log.ts";
import { enqueueEvents, QUEUE_LIMIT } from "./event-queue.ts";
import { makeEvent, renderEventLine, type GatewayEvent } from "./event.ts";

const SETSID = "/usr/bin/setsid";
const ENV = "/usr/bin/env";

/** Returns our variables without those that mark a part of a gateway, or change what the executable does. */
function environmentFor(host: Host, root: string): Record<string, string> {
  const passed = Object.entries(definedVariables(host.environment)).filter(
    ([name]) => !name.startsWith("HERMES_S6_") && !RUNTIME_VARIABLES.some((one) => one === name),
  );
  return { ...Object.fromEntries(passed), HERMES_HOME: root };
}

/**
 * Starts a process of its own, in a session of its own, that calls the hook: no process waits for it, and the exit of a
 * gateway does not end it. In the image it has the container's environment, whatever started it.
 */
async function startTelling(host: Host, root: string): Promise<void> {
  // The container's environment may have what our own scripts take out.
  const unset = RUNTIME_VARIABLES.flatMap((name) => ["-u", name]);
  const contenv = host.files.isExecutable(WITH_CONTENV) ? [WITH_CONTENV, ENV, ...unset] : [];
  const command = [SETSID, "--fork", ...contenv, bootExecutable(host), "tell-hook"];
  await host.processes.startDetached(command, environmentFor(host, root));
}

/** Root touches nothing on the volume: a child that becomes hermes records for it. */
async function recordAsHermes(
  host: Host,
  root: string,
  events: readonly GatewayEvent[],
): Promise<void> {
  const lines = events.map(renderEventLine).join("");
  const { stderr } = await runOnVolume(host, root, ["events"], lines);
  if (stderr !== "") host.output.note(stderr.trimEnd());
}

async function tell(host: Host, root: string, events: readonly GatewayEvent[]): Promise<void> {
  const refused = enqueueEvents(host, events);
  const [first] = refused;
  if (first !== undefined) {
    const reason = `${QUEUE_LIMIT} events wait for the hook already: it is not told of '${first.event}'`;
    const event = makeEvent(host.clock.now(), "hook-failed", first.profile, { reason });
    await appendEvents(host, root, [event]);
  }
  await startTelling(host, root);
}

/**
 * Writes events to the volume and, if there is a hook, calls it; returns without waiting for that. Never throws: a
 * failure is a warning on stderr.
 */
export async function recordEvents(
  host: Host,
  root: string,
  events: readonly GatewayEvent[],
): Promise<void> {
  if (events.length === 0) return;
  if (findVolumeUser(host) !== null) {
    warn(host, await attempt("record an event", () => recordAsHermes(host, root, events)));
    return;
  }
  warn(host, await attempt("write the gateways' events", () => appendEvents(host, root, events)));
  const told = attempt("tell the hook", async () => {
    if (isHookThere(host, root)) await tell(host, root, events);
  });
  warn(host, await told);
}
