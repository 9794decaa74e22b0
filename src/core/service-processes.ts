import type { Host } from "../host/host.ts";
import type { ProcessFacts } from "../host/processes.ts";
import type { ProcessIdentity } from "../gateway/record/stop-notice.ts";

/** The variable in which a slot tells its gateway the supervised pid; whatever the gateway starts inherits it. */
export const SUPERVISED_PID = "HERMES_S6_SUPERVISED_PID";

/** Parses a slot's record of its processes, the oldest first; what is no such line is left out. */
export function parseProcessRecord(text: string): readonly ProcessIdentity[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\d{1,9}) (\d{1,18})$/.exec(line);
    const [pid, startTime] = [Number(match?.[1]), Number(match?.[2])];
    return match !== null && pid > 1 ? [{ pid, startTime }] : [];
  });
}

/**
 * What is alive of a recorded process, itself first: also its children if it is gone and its pid was not given away
 * since.
 */
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
 * The living processes of the gateway whose supervised process is, or was, `pid`: its group, its session,
 * and whatever left both but still carries the gateway's mark in its environment.
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

/** Whether this process is a part of the gateway whose supervised process is `pid`. */
export function isInsideGateway(host: Host, pid: number): boolean {
  if (host.environment[SUPERVISED_PID] === String(pid)) return true;
  return host.processes
    .listAncestry()
    .some((facts) => facts.pid === pid || facts.group === pid || facts.session === pid);
}
