import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessFacts } from "../../host/processes.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { controlFifo, hiddenSlotPath } from "./layout.ts";
import { runS6Strictly } from "./programs.ts";
import { waitUntil } from "../../core/wait-until.ts";

/** Milliseconds for the supervisors of a slot that s6-svscan no longer sees: to end, and again after SIGKILL. */
const END_LIMIT_MS = 5000;

/** The directories of a slot's two services: the gateway and its logger. */
function serviceDirectories(slot: string): readonly string[] {
  return [slot, join(slot, "log")];
}

/** Returns whether the supervisors of a slot that has left s6-svscan's sight still run. */
export function isLeaving(host: Host, scanDir: string, name: ProfileName): boolean {
  const directories = serviceDirectories(hiddenSlotPath(scanDir, name, "gone"));
  return directories.some((one) => host.files.probeFifo(controlFifo(one)) !== "absent");
}

function signal(host: Host, pid: number): void {
  try {
    host.processes.sendSignal(pid, "SIGKILL");
  } catch {
    // It may not be signalled: the wait that follows tells whether it matters.
  }
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

/** Returns whether a process lives and is what the supervisor of a slot has started: hermes can make no other one so. */
export function isChildOfSupervisor(host: Host, slot: string, pid: number): boolean {
  const child = host.processes.readProcess(pid);
  const parent = child === null ? null : host.processes.readProcess(child.parent);
  return parent !== null && isSupervisor(host, parent, [slot]);
}

/**
 * Kills the supervisors of a slot and what they supervise. hermes can keep both busy: a supervisor by writing to its
 * control FIFO without end, a logger by holding the other end of its pipe.
 */
function killSupervisors(host: Host, slot: string): void {
  const directories = serviceDirectories(slot);
  const all = host.processes.listProcesses();
  const supervisors = all.filter((one) => isSupervisor(host, one, directories));
  const pids = new Set(supervisors.map(({ pid }) => pid));
  const groups = all.filter(({ parent, pid, group }) => pids.has(parent) && pid === group);
  for (const pid of pids) signal(host, pid);
  for (const { group } of groups) signal(host, -group);
}

/**
 * Ends the supervisors of a slot that has left s6-svscan's sight, and waits for their end. Not for who holds the lock
 * of the scan directory: hermes can make it last. Throws at the limit.
 */
export async function endLeaving(host: Host, scanDir: string, name: ProfileName): Promise<void> {
  const gone = () => !isLeaving(host, scanDir, name);
  if (gone()) return;
  await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, ["-an", scanDir]);
  if (await waitUntil(host, gone, END_LIMIT_MS)) return;
  killSupervisors(host, hiddenSlotPath(scanDir, name, "gone"));
  if (await waitUntil(host, gone, END_LIMIT_MS)) return;
  throw new AppError(
    "time-limit",
    `Cannot unregister gateway '${name}': s6-supervise still runs after SIGKILL`,
  );
}
