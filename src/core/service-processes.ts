import type { Host } from "../host/host.ts";
import type { ProcessFacts, ProcessIdentity } from "../host/processes.ts";

/** The variable by which a slot tells its gateway the supervised pid; all that the gateway starts inherits it. */
export const SUPERVISED_PID = "HERMES_S6_SUPERVISED_PID";

/** Milliseconds of a clock tick, in which `/proc` counts a process's start: 100 a second (proc(5), USER_HZ). */
export const TICK_MS = 10;

/** The largest size of a slot's record of its processes in bytes. */
export const MAX_RECORD_BYTES = 65_536;

/** Parses a slot's record of its processes, the oldest first; other lines are left out. */
export function parseProcessRecord(text: string): readonly ProcessIdentity[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d{1,9}) (\d{1,18})$/.exec(line);
    const [pid, startTime] = [Number(match?.[1]), Number(match?.[2])];
    return match !== null && pid > 1 ? [{ pid, startTime }] : [];
  });
}

/** Returns a recorded process and its group, itself first; if its pid was given away since, nothing. */
export function listRecordedProcesses(
  host: Host,
  { pid, startTime }: ProcessIdentity,
): readonly ProcessFacts[] {
  const facts = host.processes.readProcess(pid);
  if (facts !== null && facts.startTime !== startTime) return [];
  return listGatewayProcesses(host, pid).toSorted(
    (first, second) => Number(second.pid === pid) - Number(first.pid === pid),
  );
}

/**
 * Returns the living processes of the gateway whose supervised process is, or was, `pid`: its group, its session, and
 * every process that left both but still has the gateway's variable in its environment.
 */
export function listGatewayProcesses(host: Host, pid: number): readonly ProcessFacts[] {
  const mark = `${SUPERVISED_PID}=${pid}`;
  return host.processes
    .listProcesses()
    .filter(
      (facts) =>
        facts.group === pid ||
        facts.session === pid ||
        host.processes.readEnvironment(facts.pid).includes(mark),
    );
}

/** Returns true if this process belongs to the gateway whose supervised process is `pid`. */
export function isInsideGateway(host: Host, pid: number): boolean {
  if (host.environment[SUPERVISED_PID] === String(pid)) return true;
  return host.processes
    .listAncestry()
    .some((facts) => facts.pid === pid || facts.group === pid || facts.session === pid);
}

/** A living s6-log. */
export interface Logger {
  readonly pid: number;
  readonly argv: readonly string[];
  /** The directory that it writes to. */
  readonly directory: string;
}

/** Returns every s6-log that this user can see. */
export function listLoggers(host: Host): readonly Logger[] {
  return host.processes
    .listProcesses()
    .filter(({ command }) => command === "s6-log")
    .map(({ pid }) => {
      const argv = host.processes.readArguments(pid);
      return { pid, argv, directory: argv.at(-1) ?? "" };
    });
}

/** Sends a signal. Returns false if the process is gone, or if this user may not signal it. */
export function trySignal(host: Host, pid: number, signal: NodeJS.Signals): boolean {
  try {
    return host.processes.sendSignal(pid, signal);
  } catch {
    return false;
  }
}
