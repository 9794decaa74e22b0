import { basename } from "node:path";
import { attempt, warn } from "../core/attempt.ts";
import { CHILDREN_AT_A_TIME, mapLimited } from "../core/concurrency.ts";
import type { Host } from "../host/host.ts";
import type { ProcessFacts } from "../host/processes.ts";
import { announceShutdown } from "../core/boot-directory.ts";
import type { ProcessIdentity } from "../gateway/record/stop-notice.ts";
import { scanDirectory, slotPath } from "../services/s6/layout.ts";
import { runS6 } from "../services/s6/programs.ts";
import { isSupervised } from "../services/s6/publish.ts";
import { listSlots } from "../services/s6/scan.ts";
import { readServiceStatus } from "../services/s6/status.ts";
import { waitUntil } from "../core/wait-until.ts";
import { readMainProgram } from "./main-program.ts";

/** Milliseconds that gateways and the main program get to finish: `docker stop` kills after 10 s. */
export const SHUTDOWN_BUDGET_MS = 7000;
/** Gateways that are named when they have to be killed. */
const SHOWN = 10;
/** Milliseconds for s6 to notice what SIGKILL did. */
const AFTER_KILL_MS = 500;
/** Milliseconds for the init to note an exit code. */
const NOTE_LIMIT_MS = 500;

/** The gateways that have not ended, in words. */
async function listStillUp(host: Host, slots: readonly string[]): Promise<string> {
  const names = await mapLimited(slots, CHILDREN_AT_A_TIME, async (slot) => {
    const service = basename(slot);
    try {
      const status = await readServiceStatus(host, slot, service);
      return status === null || status.finished ? [] : [service];
    } catch {
      return [];
    }
  });
  const still = names.flat();
  const rest = still.length > SHOWN ? ` and ${still.length - SHOWN} more` : "";
  return `${still.slice(0, SHOWN).join(", ")}${rest}`;
}

async function bringAllDown(host: Host, slots: readonly string[]): Promise<void> {
  if (slots.length === 0) return;
  const command = async (flag: string) =>
    mapLimited(slots, CHILDREN_AT_A_TIME, (slot) => runS6(host, "s6-svc", [flag, slot]));
  await command("-d");
  const limit = String(SHUTDOWN_BUDGET_MS);
  const waiting = ["-D", "-t", limit, "--", ...slots];
  const result = await runS6(host, "s6-svwait", waiting, SHUTDOWN_BUDGET_MS + 1000);
  if (result.exitCode === 0) return;
  const names = await listStillUp(host, slots);
  host.output.note(`warning: ${names} still up after ${SHUTDOWN_BUDGET_MS / 1000} s: killed`);
  await command("-k");
  await runS6(host, "s6-svwait", ["-D", "-t", String(AFTER_KILL_MS), "--", ...slots], 2000);
}

/** The part of the init that records the main program's exit code; null if s6 does that itself. */
function findNoter(host: Host, { parent }: ProcessFacts): ProcessFacts | null {
  const noter = parent > 1 ? host.processes.readProcess(parent) : null;
  return noter?.command === "s6-supervise" ? null : noter;
}

function isGone(host: Host, { pid, startTime }: ProcessIdentity): boolean {
  return host.processes.readProcess(pid)?.startTime !== startTime;
}

/**
 * Asks the container's main program to end, for it would otherwise be killed after the grace time, and
 * lets the init note its exit code, which is the container's.
 */
async function endMainProgram(host: Host): Promise<void> {
  const program = readMainProgram(host);
  const facts = program === null ? null : host.processes.readProcess(program.pid);
  if (program === null || facts?.startTime !== program.startTime) return;
  const noter = findNoter(host, facts);
  const end = () => void host.processes.sendSignal(program.pid, "SIGTERM");
  if (!warn(host, attempt("end the container's command", end))) return;
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

/**
 * Brings every gateway and the main program down at once, before s6 kills whatever is left. Nothing is
 * recorded: gateways that ran will run again after the next start of the container.
 */
export async function shutDown(host: Host): Promise<void> {
  announce(host);
  const scanDir = scanDirectory(host);
  const slots = listSlots(host, scanDir)
    .map((name) => slotPath(scanDir, name))
    .filter((slot) => isSupervised(host, slot));
  await Promise.all([bringAllDown(host, slots), endMainProgram(host)]);
}
