import { CHILDREN_AT_A_TIME, mapLimited } from "../core/concurrency.ts";
import { AppError, messageOf } from "../core/errors.ts";
import { readExitHistory } from "../profiles/exit-history.ts";
import {
  readExitRecord,
  recentCrashes,
  remainingDelay,
  type ExitRecord,
} from "../profiles/exit-record.ts";
import type { RecordedExit } from "../profiles/exit.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import type { DesiredState } from "../profiles/state.ts";
import { readIntent } from "../profiles/state-store.ts";
import type { GatewayStatus, ServiceManager } from "../services/manager.ts";

/** What a gateway is, in one word. */
export type GatewayCondition =
  | "ready"
  | "starting"
  | "waiting"
  | "restarting"
  | "stopping"
  | "parked"
  | "down"
  | "not-registered"
  | "unknown";

export interface GatewaySnapshot {
  readonly profile: ProfileName;
  /** What the operator last asked for; null where nobody did. */
  readonly wanted: DesiredState | null;
  readonly is: GatewayCondition;
  /** Why it is so, where that needs saying. */
  readonly detail: string | null;
  readonly pid: number | null;
  /** Seconds in this state; null where s6 does not know. */
  readonly secondsInState: number | null;
  /** Crashes that count now. */
  readonly crashes: number;
  readonly lastExit: RecordedExit | null;
}

/** What is going on in one installation. `version` changes when a field does. */
export interface Snapshot {
  readonly version: 1;
  readonly manager: string;
  readonly home: string;
  readonly gateways: readonly GatewaySnapshot[];
}

interface Condition {
  readonly is: GatewayCondition;
  readonly detail: string | null;
}

const times = (count: number) => `${count} crash${count === 1 ? "" : "es"}`;

/** A gateway that s6 is to run and that is not ready: it waits because of crashes, or it starts. */
function describeStart(status: GatewayStatus, record: ExitRecord, uptime: number): Condition {
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

function conditionOf(
  status: GatewayStatus,
  record: ExitRecord,
  wanted: DesiredState | null,
  uptime: number,
): Condition {
  if (status.up && !status.wantedUp) return { is: "stopping", detail: null };
  if (status.up && status.ready) return { is: "ready", detail: null };
  if (!status.up && record.keptDown !== null) return { is: "parked", detail: record.keptDown };
  if (status.wantedUp) return describeStart(status, record, uptime);
  const last = record.exits.at(-1);
  return { is: "down", detail: wanted === "running" && last !== undefined ? last.reason : null };
}

/** Asks the supervisor about one gateway. */
export async function takeGatewaySnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
  profile: ProfileName,
): Promise<GatewaySnapshot> {
  const directory = profileDirectory(root, profile);
  const record = readExitRecord(host, profile);
  const uptime = host.clock.uptime();
  const wanted = readIntent(host, directory);
  const known = {
    crashes: recentCrashes(record, uptime).length,
    lastExit: record.exits.at(-1) ?? readExitHistory(host, directory).at(-1) ?? null,
  };
  // In this order, for those who read JSON with their eyes.
  const describe = (condition: Condition, pid: number | null, secondsInState: number | null) => ({
    profile,
    wanted,
    ...condition,
    pid,
    secondsInState,
    ...known,
  });
  try {
    const status = await manager.readGateway(profile);
    if (status === null) return describe({ is: "not-registered", detail: null }, null, null);
    const condition = conditionOf(status, record, wanted, uptime);
    return describe(condition, status.up ? status.pid : null, status.secondsInState);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return describe({ is: "unknown", detail: messageOf(error) }, null, null);
  }
}

/** Asks the supervisor about every profile and every slot, `default` first, then by name. */
export async function takeSnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
): Promise<Snapshot> {
  const profiles = listProfiles(host, root);
  const known = new Set<string>(profiles);
  const orphans = manager.listProfileGateways().filter((name) => !known.has(name));
  const gateways = await mapLimited([...profiles, ...orphans], CHILDREN_AT_A_TIME, (name) =>
    takeGatewaySnapshot(host, root, manager, name),
  );
  return { version: 1, manager: manager.description, home: root, gateways };
}
