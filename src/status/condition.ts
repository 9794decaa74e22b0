import { recentCrashes, remainingDelay, type ExitRecord } from "../gateway/record/exit-record.ts";
import type { DesiredState } from "../gateway/record/state-file.ts";
import { READY_LIMIT_MS } from "../services/s6/control.ts";
import type { ServiceReading, ServiceStatus } from "../services/manager.ts";

/** What a gateway is, in one word; documented in docs/status-json.md. */
export const GATEWAY_CONDITIONS = [
  "ready",
  "starting",
  "waiting",
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
export type GatewayCondition = (typeof GATEWAY_CONDITIONS)[number];

/** What a gateway is, and why, where that needs saying. */
export interface Condition {
  readonly is: GatewayCondition;
  readonly detail: string | null;
}

/** What besides the supervisor's answer decides. */
export interface Circumstances {
  readonly record: ExitRecord;
  readonly wanted: DesiredState | null;
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
  const seconds = Math.ceil(remainingDelay(record, uptime) / 1000);
  if (seconds > 0) {
    return { is: "waiting", detail: `${seconds} s after ${times(crashes)}: ${last}` };
  }
  return {
    is: status.up ? "starting" : "restarting",
    detail: crashes === 0 ? null : `after ${times(crashes)}: ${last}`,
  };
}

function describeDown({ record, wanted }: Circumstances): Condition {
  const last = record.exits.at(-1);
  return { is: "down", detail: wanted === "running" && last !== undefined ? last.reason : null };
}

/** Judges what the supervisor says of a gateway. */
function conditionOf(status: ServiceStatus, circumstances: Circumstances): Condition {
  const { record, complaint, foregroundPid, unsupervisedPid } = circumstances;
  if (status.up && !status.wantedUp) return { is: "stopping", detail: null };
  if (status.up && status.ready) return { is: "ready", detail: complaint };
  if (!status.up && status.finished && unsupervisedPid !== null) return UNSUPERVISED;
  if (!status.up && foregroundPid !== null) return FOREGROUND;
  if (!status.up && record.keptDown !== null) return { is: "parked", detail: record.keptDown };
  if (status.wantedUp) return describeStart(status, circumstances);
  if (!status.finished) return { is: "stopping", detail: null };
  return describeDown(circumstances);
}

const FOREGROUND: Condition = { is: "foreground", detail: "runs, and nothing supervises it" };

const UNSUPERVISED: Condition = {
  is: "unsupervised",
  detail: "runs, and s6 has lost it: its s6-supervise was killed",
};

const BOOTING: Condition = { is: "booting", detail: "the boot has not come to it yet" };

/** Judges one gateway. */
export function judgeGateway(reading: ServiceReading, circumstances: Circumstances): Condition {
  if (reading.kind === "supervised") return conditionOf(reading.status, circumstances);
  if (circumstances.booting) return BOOTING;
  if (reading.kind === "unknown") return { is: "unknown", detail: reading.reason };
  if (circumstances.unsupervisedPid !== null) return UNSUPERVISED;
  if (circumstances.foregroundPid !== null) return FOREGROUND;
  return { is: "not-registered", detail: circumstances.startFailure };
}

/** What an operator sees of a gateway besides what it is. */
interface DriftFacts {
  readonly wanted: DesiredState | null;
  readonly hasProfile: boolean;
  readonly condition: Condition;
}

const RUNS: ReadonlySet<GatewayCondition> = new Set(["ready", "starting", "waiting", "restarting"]);

const DRIFTS_FROM_RUNNING: Partial<Record<GatewayCondition, string>> = {
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
export function describeDrift({ wanted, hasProfile, condition }: DriftFacts): string | null {
  const { is } = condition;
  if (!hasProfile && is !== "foreground") return "has a slot, and its profile is gone";
  if (wanted === "stopped" && RUNS.has(is)) return "is to be stopped, and s6 keeps it up";
  if (wanted === "stopped" && (is === "foreground" || is === "unsupervised"))
    return "is to be stopped, and runs";
  if (wanted !== "running") return null;
  return DRIFTS_FROM_RUNNING[is] ?? null;
}

/** Whether a gateway is still not ready after the time that `hermes gateway start` waits for it. */
export function isOverdue(gateway: {
  readonly is: GatewayCondition;
  readonly secondsInState: number | null;
}): boolean {
  return gateway.is === "starting" && (gateway.secondsInState ?? 0) * 1000 > READY_LIMIT_MS;
}
