import { recentCrashes, remainingBackoff, type ExitRecord } from "../gateway/record/exit-record.ts";
import type { DesiredState } from "../gateway/record/state-file.ts";
import type { StatusReading, ServiceStatus } from "../services/manager.ts";

/** The states of a gateway (docs/status-json.md). */
export const GATEWAY_STATES = [
  "ready",
  "starting",
  "backoff",
  "restarting",
  "stopping",
  "parked",
  "down",
  "foreground",
  "unsupervised",
  "booting",
  "not-registered",
  "unknown",
] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

/** The state of a gateway, and the reason if it has one. */
export interface Condition {
  readonly state: GatewayState;
  readonly detail: string | null;
}

/** The facts that decide the state, besides the supervisor's answer. */
export interface GatewayFacts {
  readonly record: ExitRecord;
  readonly desired: DesiredState | null;
  /** Its own report that it is degraded; null if it is not. */
  readonly degraded: string | null;
  /** Its own report why it could not start; null if it could. */
  readonly startFailure: string | null;
  /** The process of this gateway that runs without a supervisor; null if there is none. */
  readonly foregroundPid: number | null;
  /** A process that s6 started and no longer supervises; null if there is none. */
  readonly unsupervisedPid: number | null;
  /** True while the container boots: slots may be missing. */
  readonly booting: boolean;
  /** Milliseconds since the machine started. */
  readonly uptime: number;
}

const countCrashes = (count: number) => `${count} crash${count === 1 ? "" : "es"}`;

/** Describes a gateway that is up in s6 but not ready: in backoff, or starting. */
function describeStart(status: ServiceStatus, { record, uptime }: GatewayFacts): Condition {
  const last = record.exits.at(-1)?.reason ?? "unknown";
  const crashes = recentCrashes(record, uptime).length;
  const seconds = Math.ceil(remainingBackoff(record, uptime) / 1000);
  if (seconds > 0) {
    return { state: "backoff", detail: `${seconds} s after ${countCrashes(crashes)}: ${last}` };
  }
  return {
    state: status.up ? "starting" : "restarting",
    detail: crashes === 0 ? null : `after ${countCrashes(crashes)}: ${last}`,
  };
}

/** Judges a gateway that s6 supervises. */
function judgeSupervised(status: ServiceStatus, facts: GatewayFacts): Condition {
  const { record, desired, degraded, foregroundPid, unsupervisedPid } = facts;
  const lastReason = record.exits.at(-1)?.reason ?? null;
  if (status.up && !status.wantedUp) return { state: "stopping", detail: null };
  if (status.up && status.ready) return { state: "ready", detail: degraded };
  if (!status.up && status.finished && unsupervisedPid !== null) return UNSUPERVISED;
  if (!status.up && foregroundPid !== null) return FOREGROUND;
  if (!status.up && record.parkedReason !== null)
    return { state: "parked", detail: record.parkedReason };
  if (status.wantedUp) return describeStart(status, facts);
  if (!status.finished) return { state: "stopping", detail: null };
  return { state: "down", detail: desired === "running" ? lastReason : null };
}

const FOREGROUND: Condition = { state: "foreground", detail: "runs without a supervisor" };

const UNSUPERVISED: Condition = {
  state: "unsupervised",
  detail: "runs, but is not supervised: its supervisor was killed",
};

const BOOTING: Condition = { state: "booting", detail: "the boot has not reached it yet" };

/** Judges one gateway. */
export function judgeGateway(reading: StatusReading, facts: GatewayFacts): Condition {
  if (reading.kind === "supervised") return judgeSupervised(reading.status, facts);
  if (facts.booting) return BOOTING;
  if (reading.kind === "unknown") return { state: "unknown", detail: reading.reason };
  if (facts.unsupervisedPid !== null) return UNSUPERVISED;
  if (facts.foregroundPid !== null) return FOREGROUND;
  return { state: "not-registered", detail: facts.startFailure };
}

/** The states of a gateway that the supervisor keeps up. */
export const KEPT_UP: ReadonlySet<GatewayState> = new Set([
  "ready",
  "starting",
  "backoff",
  "restarting",
]);

const DRIFTS_FROM_RUNNING: Partial<Record<GatewayState, string>> = {
  down: "should run, but is down",
  stopping: "should run, but is stopping",
  parked: "should run, but is parked",
  unsupervised: "should run, but nothing restarts it",
  "not-registered": "should run, but is not registered",
};

/** Returns how the state differs from the desired state, as the rest of a sentence; null if not, or not for long. */
export function describeDrift(
  state: GatewayState,
  desired: DesiredState | null,
  hasProfile: boolean,
): string | null {
  if (!hasProfile && state !== "foreground") return "has a slot, but its profile is gone";
  if (desired === "stopped" && KEPT_UP.has(state))
    return "should be stopped, but the supervisor keeps it up";
  if (desired === "stopped" && (state === "foreground" || state === "unsupervised"))
    return "should be stopped, but runs";
  if (desired !== "running") return null;
  return DRIFTS_FROM_RUNNING[state] ?? null;
}
