import { recentCrashes, remainingBackoff, type ExitRecord } from "../gateway/record/exit-record.ts";
import type { DesiredState } from "../gateway/record/state-file.ts";
import { READY_LIMIT_MS } from "../services/s6/control.ts";
import type { ServiceReading, ServiceStatus } from "../services/manager.ts";

/** What a gateway is, in one word; documented in docs/status-json.md. */
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

/** What a gateway is, and why, where that needs saying. */
export interface Condition {
  readonly state: GatewayState;
  readonly detail: string | null;
}

/** What besides the supervisor's answer decides. */
export interface Circumstances {
  readonly record: ExitRecord;
  readonly desired: DesiredState | null;
  /** What the gateway itself last said: `degraded: model unreachable`; null where it does not matter. */
  readonly complaint: string | null;
  /** Why it did not even start, as it last said; null where it did. */
  readonly startFailure: string | null;
  /** A process that is this gateway although nothing supervises it; null where there is none. */
  readonly foregroundPid: number | null;
  /** A process of it that s6 started and does not supervise any more; null where there is none. */
  readonly unsupervisedPid: number | null;
  /** Whether the container still boots: what is missing may come. */
  readonly booting: boolean;
  /** Milliseconds since the machine started. */
  readonly uptime: number;
}

const times = (count: number) => `${count} crash${count === 1 ? "" : "es"}`;

/** A gateway that is to run and is not ready: it waits because of crashes, or it starts. */
function describeStart(status: ServiceStatus, { record, uptime }: Circumstances): Condition {
  const last = record.exits.at(-1)?.reason ?? "unknown";
  const crashes = recentCrashes(record, uptime).length;
  const seconds = Math.ceil(remainingBackoff(record, uptime) / 1000);
  if (seconds > 0) {
    return { state: "backoff", detail: `${seconds} s after ${times(crashes)}: ${last}` };
  }
  return {
    state: status.up ? "starting" : "restarting",
    detail: crashes === 0 ? null : `after ${times(crashes)}: ${last}`,
  };
}

function describeDown({ record, desired }: Circumstances): Condition {
  const last = record.exits.at(-1);
  return {
    state: "down",
    detail: desired === "running" && last !== undefined ? last.reason : null,
  };
}

/** Judges what the supervisor says of a gateway. */
function conditionOf(status: ServiceStatus, circumstances: Circumstances): Condition {
  const { record, complaint, foregroundPid, unsupervisedPid } = circumstances;
  if (status.up && !status.wantedUp) return { state: "stopping", detail: null };
  if (status.up && status.ready) return { state: "ready", detail: complaint };
  if (!status.up && status.finished && unsupervisedPid !== null) return UNSUPERVISED;
  if (!status.up && foregroundPid !== null) return FOREGROUND;
  if (!status.up && record.parkedReason !== null)
    return { state: "parked", detail: record.parkedReason };
  if (status.wantedUp) return describeStart(status, circumstances);
  if (!status.finished) return { state: "stopping", detail: null };
  return describeDown(circumstances);
}

const FOREGROUND: Condition = { state: "foreground", detail: "runs, and nothing supervises it" };

const UNSUPERVISED: Condition = {
  state: "unsupervised",
  detail: "runs, and s6 has lost it: its s6-supervise was killed",
};

const BOOTING: Condition = { state: "booting", detail: "the boot has not come to it yet" };

/** Judges one gateway. */
export function judgeGateway(reading: ServiceReading, circumstances: Circumstances): Condition {
  if (reading.kind === "supervised") return conditionOf(reading.status, circumstances);
  if (circumstances.booting) return BOOTING;
  if (reading.kind === "unknown") return { state: "unknown", detail: reading.reason };
  if (circumstances.unsupervisedPid !== null) return UNSUPERVISED;
  if (circumstances.foregroundPid !== null) return FOREGROUND;
  return { state: "not-registered", detail: circumstances.startFailure };
}

/** What an operator sees of a gateway besides what it is. */
interface DriftFacts {
  readonly desired: DesiredState | null;
  readonly hasProfile: boolean;
  readonly condition: Condition;
}

const RUNS: ReadonlySet<GatewayState> = new Set(["ready", "starting", "backoff", "restarting"]);

const DRIFTS_FROM_RUNNING: Partial<Record<GatewayState, string>> = {
  down: "is to run, and is down",
  stopping: "is to run, and is going down",
  parked: "is to run, and is kept down",
  unsupervised: "is to run, and nothing restarts it",
  "not-registered": "is to run, and nothing here is to start it",
};

/**
 * How what is differs from what is wanted, in a sentence about the gateway; null where it does not, and where
 * it is on its way or cannot be told.
 */
export function describeDrift({ desired, hasProfile, condition }: DriftFacts): string | null {
  const { state } = condition;
  if (!hasProfile && state !== "foreground") return "has a slot, and its profile is gone";
  if (desired === "stopped" && RUNS.has(state)) return "is to be stopped, and s6 keeps it up";
  if (desired === "stopped" && (state === "foreground" || state === "unsupervised"))
    return "is to be stopped, and runs";
  if (desired !== "running") return null;
  return DRIFTS_FROM_RUNNING[state] ?? null;
}

/** Whether a gateway is still not ready after the time that `hermes gateway start` waits for it. */
export function isOverdue(gateway: {
  readonly state: GatewayState;
  readonly secondsInState: number | null;
}): boolean {
  return gateway.state === "starting" && (gateway.secondsInState ?? 0) * 1000 > READY_LIMIT_MS;
}
