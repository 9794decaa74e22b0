import { join } from "node:path";
import { attempt, warn } from "../../core/attempt.ts";
import { trySignal } from "../../core/service-processes.ts";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessFacts } from "../../host/processes.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { controlFifo, hiddenSlotPath, scanDirectory, slotPath } from "./layout.ts";
import { runS6, s6Failure } from "./programs.ts";
import { isSupervised } from "./publish.ts";
import { rescan } from "./scan.ts";
import { waitUntil } from "../../core/wait-until.ts";

/** Milliseconds for the supervisors of a slot that s6-svscan no longer sees: to end, and again after SIGKILL. */
const END_LIMIT_MS = 5000;

/** The directories of a slot's two services: the gateway and its logger. */
function serviceDirectories(slot: string): readonly string[] {
  return [slot, join(slot, "log")];
}

/**
 * Hides a slot from s6-svscan: its next scan gives up both services. Not for one of which an earlier slot still leaves.
 */
export function hideSlot(host: Host, name: ProfileName): void {
  const leaving = hiddenSlotPath(host, name, "gone");
  host.files.removeTree(leaving);
  host.files.rename(slotPath(host, name), leaving);
}

/** Returns whether the supervisors of a slot that has left s6-svscan's sight still run. */
export function isLeaving(host: Host, name: ProfileName): boolean {
  const directories = serviceDirectories(hiddenSlotPath(host, name, "gone"));
  return directories.some((one) => host.files.probeFifo(controlFifo(one)) !== "absent");
}

function isSupervisor(
  host: Host,
  { pid, command }: ProcessFacts,
  directories: readonly string[],
): boolean {
  return (
    command === "s6-supervise" &&
    directories.includes(host.files.readLink(`/proc/${pid}/cwd`) ?? "")
  );
}

/** Returns true for a live process that the supervisor of a slot has started: hermes can make no other one so. */
export function isChildOfSupervisor(host: Host, slot: string, pid: number): boolean {
  const child = host.processes.readProcess(pid);
  const parent = child === null ? null : host.processes.readProcess(child.parent);
  return parent !== null && isSupervisor(host, parent, [slot]);
}

/**
 * Kills what the supervisors of services have started, and before it, if `what` says so, these themselves. hermes can
 * keep both busy: a supervisor by writing to its control FIFO without end, a logger by holding the other end of its
 * pipe.
 */
function kill(host: Host, directories: readonly string[], what: "all" | "supervised"): void {
  const all = host.processes.listProcesses();
  const supervisors = all.filter((one) => isSupervisor(host, one, directories));
  const pids = new Set(supervisors.map(({ pid }) => pid));
  const groups = all.filter(({ parent, pid, group }) => pids.has(parent) && pid === group);
  // The wait that follows tells if it matters that one may not be signalled.
  if (what === "all") for (const pid of pids) trySignal(host, pid, "SIGKILL");
  for (const { group } of groups) trySignal(host, -group, "SIGKILL");
}

/**
 * Ends the supervisors of a slot that has left s6-svscan's sight, and waits for their end. Not for who holds the lock
 * of the scan directory: hermes can make it last. Throws at the limit.
 */
export async function endLeaving(host: Host, name: ProfileName): Promise<void> {
  const gone = () => !isLeaving(host, name);
  if (gone()) return;
  await rescan(host, "-an");
  if (await waitUntil(host, gone, END_LIMIT_MS)) return;
  kill(host, serviceDirectories(hiddenSlotPath(host, name, "gone")), "all");
  if (await waitUntil(host, gone, END_LIMIT_MS)) return;
  throw new AppError(
    "time-limit",
    `Cannot unregister gateway '${name}': s6-supervise still runs after SIGKILL`,
  );
}

/** Milliseconds for s6-svscan to take its order, and before the next attempt. */
const SCAN_LIMIT_MS = 1000;
const RETRY_MS = 200;
/** Milliseconds for supervisors to note that SIGKILL has ended what they supervise, before it ends them. */
const AFTER_KILL_MS = 500;

/** Has s6-svscan give up the slots that are hidden. Tries again and says why: every gateway depends on it. */
async function giveUpHidden(host: Host, limitMs: number): Promise<void> {
  const scanDir = scanDirectory(host);
  let said = false;
  const order = async () => {
    const result = await runS6(host, "s6-svscanctl", ["-an", scanDir], SCAN_LIMIT_MS);
    if (result.exitCode === 0) return true;
    if (!said) warn(host, [s6Failure("s6-svscanctl", `on '${scanDir}'`, result).message]);
    said = true;
    return false;
  };
  await waitUntil(host, order, limitMs, RETRY_MS);
}

/**
 * Takes gateways out of s6 for good, without the lock of the scan directory: s6-svscan sends their supervisors SIGTERM,
 * which brings the gateways down. No later command undoes that. Those that are still up after `budgetMs` milliseconds
 * are named to `report` and killed; hermes can keep a supervisor from ever seeing a signal but SIGKILL.
 */
export async function endAll(
  host: Host,
  names: readonly ProfileName[],
  budgetMs: number,
  report: (names: readonly ProfileName[]) => void,
): Promise<void> {
  const begun = host.clock.elapsed();
  for (const name of names) {
    // One that cannot be hidden is killed at the end.
    const hide = () => hideSlot(host, name);
    warn(host, attempt(`hide gateway '${name}'`, hide));
  }
  await giveUpHidden(host, budgetMs);
  const paths = (name: ProfileName) => [hiddenSlotPath(host, name, "gone"), slotPath(host, name)];
  let left = names;
  const isUp = (name: ProfileName) => paths(name).some((slot) => isSupervised(host, slot));
  // The first one alone, as long as it is up: hundreds of probes would take time from what is ending.
  const isDone = () => {
    const next = left.findIndex(isUp);
    left = next < 0 ? [] : left.slice(next);
    return left.length === 0;
  };
  if (await waitUntil(host, isDone, budgetMs - (host.clock.elapsed() - begun))) return;
  left = left.filter(isUp);
  if (left.length === 0) return;
  report(left);
  kill(host, left.flatMap(paths), "supervised");
  if (await waitUntil(host, isDone, AFTER_KILL_MS)) return;
  kill(host, left.flatMap(paths), "all");
}
