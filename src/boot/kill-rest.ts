import { attempt } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import type { ProcessFacts } from "../host/processes.ts";
import { findTreeTop, isOfThisContainer } from "../services/boot-phase.ts";
import { waitUntil } from "../core/wait-until.ts";

/** s6-log ends by itself at the end of its input, so what writes to it comes first. */
const LOGGERS: readonly string[] = ["s6-log"];
/** s6-supervise ends with what it supervises. */
const SUPERVISION = [...LOGGERS, "s6-supervise"];

/** Milliseconds that killed processes get to be gone, and that loggers get to write what is left. */
const AFTER_KILL_MS = 1000;
const LOGGERS_MS = 500;

/**
 * Finds the processes of this container that are alive, apart from the init and this one. PID 1 sees no others. An init
 * that is not PID 1 may share the process table with other containers: ours are in the same control group, and none is
 * older than s6-svscan.
 */
function findLeft(host: Host, except: readonly string[]): readonly ProcessFacts[] {
  const top = findTreeTop(host);
  const birth = host.processes.readProcess(top)?.startTime ?? 0;
  const keep = new Set([1, top, host.self.pid]);
  return host.processes
    .listProcesses()
    .filter(({ pid, command }) => !keep.has(pid) && !except.includes(command))
    .filter(
      ({ pid, startTime }) => top === 1 || (startTime >= birth && isOfThisContainer(host, pid)),
    );
}

function send(
  { processes }: Host,
  those: readonly { pid: number }[],
  signal: NodeJS.Signals,
): void {
  for (const { pid } of those) {
    // The end of PID 1 ends what is not ours to signal.
    attempt("end it", () => void processes.sendSignal(pid, signal));
  }
}

/**
 * Asks everything to end, apart from what s6-supervise asks itself: to many programs a second SIGTERM means "at once".
 */
function ask(host: Host): void {
  const asked = findLeft(host, SUPERVISION).filter(
    ({ parent }) => host.processes.readProcess(parent)?.command !== "s6-supervise",
  );
  send(host, asked, "SIGTERM");
  send(host, asked, "SIGCONT");
}

/** Ends what is left: SIGTERM, up to `graceMs` milliseconds, SIGKILL. Returns about 2 s after that at the latest. */
export async function killRest(host: Host, graceMs: number): Promise<void> {
  ask(host);
  const isGone = (except: readonly string[]) => () => findLeft(host, except).length === 0;
  await waitUntil(host, isGone(SUPERVISION), graceMs);
  const isKilled = () => {
    const left = findLeft(host, LOGGERS);
    send(host, left, "SIGKILL");
    return left.length === 0;
  };
  await waitUntil(host, isKilled, AFTER_KILL_MS);
  await waitUntil(host, isGone([]), LOGGERS_MS);
  // A process that forks and ends again and again is always another one than was found, and PID 1 would wait for it
  // without end: -1 kills everything but PID 1 and this process in one moment (kill(2)).
  send(host, findTreeTop(host) === 1 ? [{ pid: -1 }] : findLeft(host, []), "SIGKILL");
}
