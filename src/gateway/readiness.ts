import { isJsonObject } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { gatewaySocketPath, runtimeDirectory } from "../profiles/runtime-directory.ts";
import { readState } from "./record/state-store.ts";

const HEALTH_LIMIT_MS = 2000;

/** Whether `pid` is the supervised process or one of its group (an agent may fork). */
function isSupervisedProcess(host: Host, pid: number, supervisedPid: number): boolean {
  return pid === supervisedPid || host.processes.readProcess(pid)?.group === supervisedPid;
}

function saysRunningOnDisk(host: Host, profile: string, supervisedPid: number): boolean {
  const outcome = readState(host, profile);
  if (outcome.kind !== "state") return false;
  const { reportedState, pid, startTime } = outcome.state;
  if (reportedState !== "running" && reportedState !== "degraded") return false;
  if (pid === null || !isSupervisedProcess(host, pid, supervisedPid)) return false;
  return startTime === null || host.processes.readProcess(pid)?.startTime === startTime;
}

/**
 * Whether the gateway that s6 supervises as `supervisedPid` says that it runs: in its state file, or on
 * its socket where the volume takes no writes. What an earlier process said does not count.
 */
export async function isGatewayReady(
  host: Host,
  root: string,
  name: ProfileName,
  supervisedPid: number,
): Promise<boolean> {
  if (saysRunningOnDisk(host, profileDirectory(root, name), supervisedPid)) return true;
  const { requestFromSocket } = await host.loadHttp();
  const socket = gatewaySocketPath(runtimeDirectory(host), name);
  if (host.files.readStatus(socket)?.kind !== "socket") return false;
  const health = await requestFromSocket(socket, "/health", HEALTH_LIMIT_MS);
  return (
    isJsonObject(health) &&
    health["status"] === "running" &&
    typeof health["pid"] === "number" &&
    isSupervisedProcess(host, health["pid"], supervisedPid)
  );
}
