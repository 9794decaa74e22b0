import { isJsonObject } from "../core/json.ts";
import { TICK_MS } from "../core/service-processes.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { gatewayFilePath, runtimeDirectory } from "../profiles/runtime-directory.ts";
import { readState } from "./record/state-store.ts";

/** Milliseconds to wait for an answer on the gateway's socket. */
const HEALTH_LIMIT_MS = 2000;

/** Returns true if `pid` is the supervised process or one of its group (an agent may fork). */
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
 * Returns true if the gateway that s6 supervises as `supervisedPid` reports that it runs: in its state file, or on its
 * socket if the volume takes no writes. The report of an earlier process does not count.
 */
export async function isGatewayReady(
  host: Host,
  root: string,
  name: ProfileName,
  supervisedPid: number,
): Promise<boolean> {
  if (saysRunningOnDisk(host, profileDirectory(root, name), supervisedPid)) return true;
  const { requestFromSocket } = await host.loadHttp();
  const socket = gatewayFilePath(runtimeDirectory(host), name, "sock");
  if (host.files.readStatus(socket)?.kind !== "socket") return false;
  const health = await requestFromSocket(socket, "/health", HEALTH_LIMIT_MS);
  return (
    isJsonObject(health) &&
    health["status"] === "running" &&
    typeof health["pid"] === "number" &&
    isSupervisedProcess(host, health["pid"], supervisedPid)
  );
}

/** Milliseconds after which a gateway that is still not ready is asked less often. */
const PATIENCE_MS = 60_000;
const SLOW_ASKING_MS = 3000;

/** Keeps a gateway that never gets ready from being asked five times a second for as long as it lives. */
export async function waitBeforeAsking(host: Host, supervisedPid: number): Promise<void> {
  const facts = host.processes.readProcess(supervisedPid);
  if (facts === null) return;
  const age = host.clock.uptime() - facts.startTime * TICK_MS;
  if (age > PATIENCE_MS) await host.clock.sleep(SLOW_ASKING_MS);
}
