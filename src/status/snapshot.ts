import { CHILDREN_AT_A_TIME, mapLimited } from "../core/concurrency.ts";
import { AppError, messageOf } from "../core/errors.ts";
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
  | "restarting"
  | "stopping"
  | "down"
  | "not-registered"
  | "unknown";

export interface GatewaySnapshot {
  readonly profile: ProfileName;
  /** What the operator last asked for; null where nobody did. */
  readonly wanted: DesiredState | null;
  readonly is: GatewayCondition;
  readonly pid: number | null;
  /** Seconds in this state; null where s6 does not know. */
  readonly secondsInState: number | null;
  readonly problem: string | null;
}

/** What is going on in one installation. `version` changes when a field does. */
export interface Snapshot {
  readonly version: 1;
  readonly manager: string;
  readonly home: string;
  readonly gateways: readonly GatewaySnapshot[];
}

function conditionOf(status: GatewayStatus): GatewayCondition {
  if (status.up) {
    if (!status.wantedUp) return "stopping";
    return status.ready ? "ready" : "starting";
  }
  return status.wantedUp ? "restarting" : "down";
}

async function readOne(
  host: Host,
  root: string,
  manager: ServiceManager,
  profile: ProfileName,
): Promise<GatewaySnapshot> {
  const wanted = readIntent(host, profileDirectory(root, profile));
  const none = { profile, wanted, pid: null, secondsInState: null };
  try {
    const status = await manager.readGateway(profile);
    if (status === null) return { ...none, is: "not-registered", problem: null };
    const pid = status.up ? status.pid : null;
    const { secondsInState } = status;
    return { profile, wanted, is: conditionOf(status), pid, secondsInState, problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...none, is: "unknown", problem: messageOf(error) };
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
    readOne(host, root, manager, name),
  );
  return { version: 1, manager: manager.description, home: root, gateways };
}
