import { join } from "node:path";
import { toPrintable } from "../core/printable.ts";
import { definedVariables, withoutThreadless } from "../core/runtime-environment.ts";
import type { Host } from "../host/host.ts";
import { appendEvents } from "./record/event-log.ts";
import { judgeHook } from "./record/event-hook-file.ts";
import { isQueueEmpty, takeEvent } from "./record/event-queue.ts";
import { makeEvent, renderEventLine, type GatewayEvent } from "./record/event.ts";
import { ensureRuntimeDirectory } from "../profiles/runtime-directory.ts";

/** Seconds that a hook may take, and seconds between SIGTERM and SIGKILL after that. */
export const HOOK_LIMIT_S = 10;
const HOOK_KILL_S = 2;
const MAX_SAID_BYTES = 4096;
const LONGEST_REASON = 300;

/** All of our environment, and the event in words for short scripts. */
function environmentFor(host: Host, root: string, event: GatewayEvent): Record<string, string> {
  return {
    ...withoutThreadless(definedVariables(host.environment)),
    HERMES_HOME: root,
    HERMES_EVENT: event.event,
    HERMES_PROFILE: event.profile,
  };
}

/** Runs the hook for one event; returns why it failed, or null. */
async function runHook(
  host: Host,
  root: string,
  path: string,
  event: GatewayEvent,
): Promise<string | null> {
  const begun = host.clock.elapsed();
  const limits = [`--kill-after=${HOOK_KILL_S}`, String(HOOK_LIMIT_S)];
  const result = await host.processes.runCommand(
    // Its stdout is not read.
    ["/usr/bin/timeout", ...limits, "/bin/sh", "-c", 'exec "$0" >/dev/null', path],
    {
      timeoutMs: (HOOK_LIMIT_S + HOOK_KILL_S + 2) * 1000,
      stdin: renderEventLine(event),
      environment: environmentFor(host, root, event),
      maxOutputBytes: MAX_SAID_BYTES,
    },
  );
  const { exitCode, signal, stderr } = result;
  if (exitCode === 0) return null;
  if (host.clock.elapsed() - begun >= HOOK_LIMIT_S * 1000) {
    return `told of '${event.event}' it took longer than ${HOOK_LIMIT_S} s: ended`;
  }
  const end = exitCode === null ? `signal ${signal}` : `exit code ${exitCode}`;
  const said = toPrintable(stderr.trim().split("\n")[0] ?? "", LONGEST_REASON);
  return `told of '${event.event}' it ended with ${end}${said === "" ? "" : `: ${said}`}`;
}

async function tellOne(host: Host, root: string, event: GatewayEvent): Promise<void> {
  const judgement = judgeHook(host, root);
  const reason =
    judgement.kind === "run" ? await runHook(host, root, judgement.path, event) : judgement.reason;
  if (reason === null) return;
  const { profile, pid } = event;
  const failure = makeEvent(host.clock.now(), "hook-failed", profile, { pid, reason });
  await appendEvents(host, root, [failure]);
}

/**
 * Calls the hook with every queued event, one after the other. If another process does so already, that process handles
 * these events too. Throws if neither the volume nor /run takes a line.
 */
export async function tellHook(host: Host, root: string): Promise<void> {
  const { tryLock } = await host.loadLock();
  const path = join(ensureRuntimeDirectory(host), "event-hook.lock");
  // A process that finds the lock taken leaves, so its holder looks again once it has released it.
  while (!isQueueEmpty(host)) {
    const lock = tryLock(path);
    if (lock === null) return;
    try {
      for (let event = takeEvent(host); event !== null; event = takeEvent(host)) {
        await tellOne(host, root, event);
      }
    } finally {
      lock.release();
    }
  }
}
