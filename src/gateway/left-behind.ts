import { waitUntil } from "../core/wait-until.ts";
import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import type { ProcessFacts, ProcessIdentity } from "../host/processes.ts";
import {
  listGatewayProcesses,
  listRecordedProcesses,
  trySignal,
} from "../core/service-processes.ts";

/** Milliseconds that what a gateway left behind gets between SIGTERM and SIGKILL. */
export const LEFT_BEHIND_LIMIT_MS = 2000;
/** Milliseconds that a process that outlived its supervisor gets between SIGTERM and SIGKILL. */
const OUTLIVED_LIMIT_MS = 10_000;
const POLL_MS = 20;
const LONGEST_COMMAND = 80;

/** Describes a process: its command line, shortened, or its name if that cannot be read. */
function nameProcess(host: Host, { pid, command }: ProcessFacts): string {
  const line = toPrintable(host.processes.readArguments(pid).join(" "), LONGEST_COMMAND);
  return `'${line === "" ? toPrintable(command, LONGEST_COMMAND) : line}' (pid ${pid})`;
}

/**
 * Ends what is left of a service, in words `Gateway 'coder'`, whose supervised process `pid` is gone: SIGTERM,
 * `limitMs`, SIGKILL. Names what it had to kill. A process that it may not signal is s6's own, and goes by itself.
 */
export async function endLeftBehind(
  host: Host,
  service: string,
  pid: number,
  limitMs: number,
): Promise<void> {
  const left = () => listGatewayProcesses(host, pid).filter((one) => one.pid !== host.self.pid);
  const ours = new Set(
    left()
      .map((one) => one.pid)
      .filter((one) => trySignal(host, one, "SIGTERM")),
  );
  const remaining = () => left().filter((one) => ours.has(one.pid));
  await waitUntil(host, () => remaining().length === 0, limitMs, POLL_MS);
  for (const one of left()) {
    const words = nameProcess(host, one);
    if (trySignal(host, one.pid, "SIGKILL")) {
      host.output.note(`${service} left ${words} behind: killed`);
    }
  }
}

/**
 * Ends a recorded process that outlived its supervisor, as a stop does: SIGTERM, 10 s, SIGKILL; then its children.
 * Nothing happens if it is gone and left nothing, or if its pid is another process's now.
 */
export async function endRecorded(
  host: Host,
  service: string,
  recorded: ProcessIdentity,
): Promise<void> {
  const { pid } = recorded;
  const alive = () => listRecordedProcesses(host, recorded);
  if (alive().length === 0) return;
  host.output.note(`${service} outlived its supervisor (pid ${pid}): ended`);
  const leads = () => alive()[0]?.pid === pid;
  if (leads() && trySignal(host, pid, "SIGTERM")) {
    await waitUntil(host, () => !leads(), OUTLIVED_LIMIT_MS, POLL_MS);
  }
  const limitMs = leads() ? 0 : LEFT_BEHIND_LIMIT_MS;
  if (alive().length > 0) await endLeftBehind(host, service, pid, limitMs);
}
