import { AppError, gatewayReason, type ErrorCode } from "../core/errors.ts";
import { requireFailure } from "../core/system-failure.ts";
import { findVolumeUser } from "../core/volume-user.ts";
import type { ProfileName } from "../profiles/name.ts";
import {
  record,
  restartGateway,
  startGateway,
  stopGateway,
  suspendGateway,
  type GatewayOutcome,
} from "./lifecycle.ts";
import { refuseRootOnly } from "./refusals.ts";
import { register, unregister, type Installation } from "./registration.ts";

/** The failures that a process of user hermes can cause: it keeps commanding its gateway, or fills /run. */
const CAUSED: ReadonlySet<ErrorCode> = new Set([
  "undone",
  "time-limit",
  "service-manager",
  "not-registered",
]);

/** Does `work`. If a process of user hermes prevents it, removes the service and its processes and does `otherwise`. */
async function insist<T>(
  installation: Installation,
  name: ProfileName,
  work: () => Promise<T>,
  otherwise: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { host, manager } = installation;
    const isCaused = error instanceof AppError && CAUSED.has(error.code);
    const mayInsist = findVolumeUser(host) !== null && manager.supportsRuntimeRegistration();
    if (!isCaused || !mayInsist) throw error;
    await unregister(installation, name);
    return otherwise();
  }
}

function closedNotice(name: ProfileName): string {
  return `a process of user hermes prevented it; only root may control gateway '${name}' now`;
}

const UP = { start: startGateway, restart: restartGateway };

/**
 * Starts or restarts a gateway. If a process of user hermes prevents it, only root may control the gateway until a
 * start succeeds without that. Refuses hermes such a gateway.
 */
export async function insistOnUp(
  installation: Installation,
  name: ProfileName,
  verb: keyof typeof UP,
): Promise<GatewayOutcome> {
  const { manager } = installation;
  refuseRootOnly(installation, name, verb);
  const before = manager.readAccess(name);
  const work = async () => UP[verb](installation, name);
  const outcome = await insist(installation, name, work, async () => {
    await register(installation, name, "root-only");
    const { pid, warnings } = await work();
    return { changed: true, pid, warnings: [...warnings, closedNotice(name)] };
  });
  if (before === "root-only") manager.allowHermes(name);
  return outcome;
}

/** Registers a gateway anew, down, for root alone. Returns what to tell the operator. */
async function putBack(installation: Installation, name: ProfileName): Promise<string> {
  try {
    await register(installation, name, "root-only");
    return closedNotice(name);
  } catch (error) {
    const reason = gatewayReason(requireFailure(error));
    return `gateway '${name}' is not registered: ${reason}; \`hermes -p ${name} gateway start\` registers it`;
  }
}

/** Stops a gateway. If a process of user hermes prevents it, only root may control the gateway from then on. */
export async function insistOnStop(
  installation: Installation,
  name: ProfileName,
): Promise<GatewayOutcome> {
  const work = async () => stopGateway(installation, name);
  return insist(installation, name, work, async () => {
    const notice = await putBack(installation, name);
    const warnings = [notice, ...record(installation, name, "stopped")];
    return { changed: true, pid: null, warnings };
  });
}

/** Brings a gateway down for a moment. If a process of user hermes prevents it, it has no service afterwards. */
export async function insistOnSuspend(
  installation: Installation,
  name: ProfileName,
  from: "settled" | "any-state",
): Promise<void> {
  refuseRootOnly(installation, name, "suspend");
  const work = async () => suspendGateway(installation, name, from);
  await insist(installation, name, work, async () => undefined);
}
