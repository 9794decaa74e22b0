import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import type { PublishOutcome, RemoveOutcome, ServiceManager } from "../services/manager.ts";
import { insistOnStop, insistOnSuspend, insistOnUp } from "./insist.ts";
import type { GatewayOutcome } from "./lifecycle.ts";
import { findOwner } from "./record/owner.ts";
import type { DesiredState } from "./record/state-file.ts";
import { readDesiredState } from "./record/state-store.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { refuseForeground, refuseOtherContainer, type ForegroundVerb } from "./refusals.ts";
import { register, unregister, type Installation } from "./registration.ts";

/**
 * The gateways of one installation: start, stop and restart as policy (desired state, announced stops, crashes that an
 * order forgets), over whatever service manager runs here. An outcome that is not reached is an `AppError`.
 */
export interface Gateways {
  readonly manager: ServiceManager;
  /** Starts a gateway and waits until it is ready; publishes its service first if it has none. */
  readonly start: (name: ProfileName) => Promise<GatewayOutcome>;
  /** Stops a gateway and waits until it is down; it stays down. */
  readonly stop: (name: ProfileName) => Promise<GatewayOutcome>;
  /** Restarts a gateway and waits until a new process is ready (`restartGateway`). */
  readonly restart: (name: ProfileName) => Promise<GatewayOutcome>;
  /**
   * Brings a gateway down for a moment: its desired state stays as it is. `settled` refuses one that is on its way up
   * or down. A missing one is fine. If a process of user hermes prevents it, the service is removed.
   */
  readonly suspend: (name: ProfileName, from: "settled" | "any-state") => Promise<void>;
  /** Publishes a gateway's service, and records it. */
  readonly register: (name: ProfileName) => Promise<PublishOutcome>;
  /** Brings a gateway down and removes its service, and records it; a missing one is fine. */
  readonly unregister: (name: ProfileName) => Promise<RemoveOutcome>;
  readonly refuseForeground: (name: ProfileName, verb: ForegroundVerb) => Promise<void>;
  readonly refuseOtherContainer: (name: ProfileName, verb: "delete" | "rename") => Promise<void>;
  /** Returns the process that says it is a profile's gateway, supervised or not; null if none lives. */
  readonly findOwner: (name: ProfileName) => ProcessIdentity | null;
  /** Returns the desired state on the volume; null if there is none that can be read. */
  readonly readDesiredState: (name: ProfileName) => DesiredState | null;
}

/** Returns the gateways of the installation at `root`. */
export function createGateways(host: Host, root: string, manager: ServiceManager): Gateways {
  const installation: Installation = { host, root, manager };
  return {
    manager,
    start: (name) => insistOnUp(installation, name, "start"),
    stop: (name) => insistOnStop(installation, name),
    restart: (name) => insistOnUp(installation, name, "restart"),
    suspend: (name, from) => insistOnSuspend(installation, name, from),
    register: (name) => register(installation, name),
    unregister: (name) => unregister(installation, name),
    refuseForeground: (name, verb) => refuseForeground(installation, name, verb),
    refuseOtherContainer: (name, verb) => refuseOtherContainer(installation, name, verb),
    findOwner: (name) => findOwner(host, profileDirectory(root, name), name),
    readDesiredState: (name) => readDesiredState(host, profileDirectory(root, name)),
  };
}
