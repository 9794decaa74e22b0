import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { GatewayStatus } from "../manager.ts";
import { runS6Strictly } from "./programs.ts";
import { STOP_LIMIT_MS } from "./slot-template.ts";
import { readServiceStatus } from "./status.ts";
import { waitUntil } from "./wait.ts";

/** Milliseconds that a gateway may take from its start to its readiness. */
export const READY_LIMIT_MS = 30_000;
/** After SIGKILL at the stop limit, the finish script and s6-supervise need a moment. */
const AFTER_KILL_MS = 6000;
const POLL_MS = 50;

async function requireStatus(host: Host, slot: string, service: string): Promise<GatewayStatus> {
  const status = await readServiceStatus(host, slot, service);
  if (status !== null) return status;
  throw new AppError(
    "not-registered",
    `Cannot read the status of '${service}': s6 does not supervise it`,
  );
}

/**
 * Stops a service and waits until it is down and its finish script has ended. Throws at the limit. It
 * polls: s6-svwait would have to listen in the event directory, which hermes may not.
 */
export async function bringDown(host: Host, slot: string, service: string): Promise<void> {
  await runS6Strictly(host, "s6-svc", `stop on '${service}'`, ["-d", slot]);
  const down = async () => {
    const { wantedUp, finished } = await requireStatus(host, slot, service);
    return !wantedUp && finished;
  };
  if (await waitUntil(host, down, STOP_LIMIT_MS + AFTER_KILL_MS, POLL_MS)) return;
  throw new AppError("time-limit", `Cannot stop '${service}': it is still up after SIGKILL`);
}

/** Why a gateway that was asked to start is not ready. */
function explainFailure(status: GatewayStatus): string {
  if (status.up) return `it runs but is not ready after ${READY_LIMIT_MS / 1000} s`;
  if (status.signal !== "NA") return `it was ended by ${status.signal}`;
  return `it ended with exit code ${status.exitCode}`;
}

/**
 * Starts a service and waits until the gateway itself is ready, which is more than s6 having been asked.
 * `log` is where a person finds out more. Throws at once where it ended for good, and at the limit where it crashes again and again.
 */
export async function bringUp(
  host: Host,
  slot: string,
  service: string,
  log: string,
): Promise<GatewayStatus> {
  const asked = host.clock.elapsed();
  await runS6Strictly(host, "s6-svc", `start on '${service}'`, ["-u", slot]);
  let status = await requireStatus(host, slot, service);
  const settled = async () => {
    status = await requireStatus(host, slot, service);
    if (status.up) return status.ready;
    // s6-supervise reads its FIFO a moment later: "down, not wanted" counts only after that moment.
    return !status.wantedUp && host.clock.elapsed() - asked > 1000;
  };
  await waitUntil(host, settled, READY_LIMIT_MS, POLL_MS);
  if (status.up && status.ready) return status;
  throw new AppError("time-limit", `Cannot start '${service}': ${explainFailure(status)}`, {
    hint: `read the end of its log: ${log}`,
  });
}
