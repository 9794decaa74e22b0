import { tryTo } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import type { ProcessFacts } from "../host/processes.ts";
import { announceShutdown } from "../core/boot-directory.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { bringAllDown } from "../services/image/tree.ts";
import { waitUntil } from "../core/wait-until.ts";
import { readMainProgram } from "./main-program.ts";

/** Milliseconds that gateways and the main program get to finish: `docker stop` kills after 10 s. */
export const SHUTDOWN_BUDGET_MS = 7000;
/** Milliseconds for the init to note an exit code. */
const NOTE_LIMIT_MS = 500;

/** The part of the init that records the main program's exit code; null if s6 does that itself. */
function findNoter(host: Host, { parent }: ProcessFacts): ProcessFacts | null {
  const noter = parent > 1 ? host.processes.readProcess(parent) : null;
  return noter?.command === "s6-supervise" ? null : noter;
}

function isGone(host: Host, { pid, startTime }: ProcessIdentity): boolean {
  return host.processes.readProcess(pid)?.startTime !== startTime;
}

/** Asks the main program to end, instead of being killed later, and lets the init note its exit code. */
async function endMainProgram(host: Host): Promise<void> {
  const program = readMainProgram(host);
  const facts = program === null ? null : host.processes.readProcess(program.pid);
  if (program === null || facts?.startTime !== program.startTime) return;
  const noter = findNoter(host, facts);
  const end = () => void host.processes.sendSignal(program.pid, "SIGTERM");
  if (!tryTo(host, "end the container's command", end)) return;
  await waitUntil(host, () => isGone(host, program), SHUTDOWN_BUDGET_MS);
  if (noter !== null) await waitUntil(host, () => isGone(host, noter), NOTE_LIMIT_MS);
}

function announce(host: Host): void {
  try {
    announceShutdown(host);
  } catch (error) {
    host.output.note(`warning: ${host.files.describeSystemError(error)}: ends count as crashes`);
  }
}

/** Brings gateways and main program down at once, before s6 kills what is left. Desired states stay as they are. */
export async function shutDown(host: Host): Promise<void> {
  announce(host);
  await Promise.all([bringAllDown(host, SHUTDOWN_BUDGET_MS), endMainProgram(host)]);
}
