import type { Host } from "../host/host.ts";
import type { ProcessFacts } from "../host/processes.ts";

/** The variable in which a slot tells its gateway the supervised pid; whatever the gateway starts inherits it. */
export const SUPERVISED_PID = "HERMES_S6_SUPERVISED_PID";

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
