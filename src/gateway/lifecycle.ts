import { attempt } from "../core/attempt.ts";
import { AppError } from "../core/errors.ts";
import { asVolumeUser } from "../core/volume-user.ts";
import { withLock } from "../core/with-lock.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { ensureRuntimeDirectory, gatewayFilePath } from "../profiles/runtime-directory.ts";
import type { ServiceStatus, UpOptions } from "../services/manager.ts";
import { readReadyLimit } from "../core/ready-limit.ts";
import { recordDesiredState } from "./record/desired-state.ts";
import { forgetCrashes, readExitRecord, remainingBackoff } from "./record/exit-record.ts";
import type { DesiredState } from "./record/state-file.ts";
import { removePlannedStop, writePlannedStop } from "./record/planned-stop.ts";
import { announceStop, withdrawStop, type StopReason } from "./record/stop-notice.ts";
import { refuseRootOnly, refuseFromInside } from "./refusals.ts";
import {
  readStatus,
  register,
  requireProfile,
  requireService,
  type Installation,
} from "./registration.ts";

/** Outcome of an order to a gateway. */
export interface GatewayOutcome {
  /** True if anything had to be done. */
  readonly changed: boolean;
  /** The gateway's process; null if it is down. */
  readonly pid: number | null;
  /** For the operator, although the order was carried out. */
  readonly warnings: readonly string[];
}

/** Crashes in one start after which the command fails and does not wait for the next attempt. */
const CRASHES_BEFORE_GIVING_UP = 3;
/** Milliseconds that the stop of a restart takes at the most, with some room. */
const RESTART_STOP_MS = 30_000;

/** Records the desired state. Returns a warning if it could not be put on disk. */
export function record(
  { host, root }: Installation,
  name: ProfileName,
  desired: DesiredState,
): readonly string[] {
  const reason = asVolumeUser(host, () => recordDesiredState(host, root, name, desired));
  if (reason === null) return [];
  return [
    `gateway '${name}' will not be ${desired} after a restart of the container: the desired state is not on disk (${reason})`,
  ];
}

/** Returns how to wait for a start that begins now; its failures are told from earlier ones. */
function upOptions({ host }: Installation, name: ProfileName): UpOptions {
  const earlier = readExitRecord(host, name).exits.at(-1);
  const readRecord = () => {
    const { crashes, exits } = readExitRecord(host, name);
    const last = exits.at(-1);
    const isNew = last !== undefined && (last.at !== earlier?.at || last.pid !== earlier.pid);
    return { crashes, last: isNew ? last : null };
  };
  return {
    limitMs: readReadyLimit(host),
    readLog: `hermes -p ${name} gateway logs`,
    wasStopped: () => {
      const { last } = readRecord();
      return last === null ? null : last.meaning === "stopped";
    },
    readFailure: () => {
      const { crashes, last } = readRecord();
      if (last === null) return null;
      if (last.backoffMs === null) return `it ${last.reason}`;
      if (crashes.length < CRASHES_BEFORE_GIVING_UP) return null;
      return `it ${last.reason}, ${crashes.length} times now, and starts again in ${Math.ceil(last.backoffMs / 1000)} s`;
    },
  };
}

/** Attempts to write for hermes, with the rights that hermes has. Returns what to tell the operator. */
function attemptOnVolume(host: Host, what: string, work: () => void): readonly string[] {
  return attempt(what, () => asVolumeUser(host, work));
}

/**
 * Tells the running process why the SIGTERM to come is sent (it is not the end of the container), and lets `end` send
 * it. Returns what to tell the operator.
 */
async function announceAndEnd(
  { host, root }: Installation,
  name: ProfileName,
  { pid }: ServiceStatus,
  reason: StopReason,
  end: () => Promise<void>,
): Promise<readonly string[]> {
  const startTime = pid === null ? undefined : host.processes.readProcess(pid)?.startTime;
  if (pid === null || startTime === undefined) {
    await end();
    return [];
  }
  const target = { pid, startTime };
  const problems = attemptOnVolume(host, `announce the ${reason} to gateway '${name}'`, () =>
    announceStop(host, name, target, reason),
  );
  // A volume that takes no writes is reported with the desired state.
  attemptOnVolume(host, "tell the agent", () => writePlannedStop(host, root, name, target));
  try {
    await end();
  } finally {
    attemptOnVolume(host, "tidy up", () => removePlannedStop(host, root, name));
  }
  return problems;
}

/** Lets the start that follows begin without crashes and without a backoff. */
function forget(host: Host, name: ProfileName): readonly string[] {
  return attemptOnVolume(host, `forget the crashes of gateway '${name}'`, () =>
    forgetCrashes(host, name),
  );
}

function isDelayed(host: Host, name: ProfileName): boolean {
  return remainingBackoff(readExitRecord(host, name), host.clock.uptime()) > 0;
}

/** Starts a gateway and waits until it is ready; publishes its service first if it has none. */
export async function startGateway(
  installation: Installation,
  name: ProfileName,
): Promise<GatewayOutcome> {
  const { host, manager } = installation;
  manager.requireSupport(`start gateway '${name}'`);
  const before = await requireService(installation, name);
  record(installation, name, "running");
  const problems: string[] = [];
  if (before !== null && before.up && before.wantedUp) {
    if (!before.ready && isDelayed(host, name)) {
      // An operator's start waits for no backoff of earlier crashes.
      const down = () => manager.down(name);
      problems.push(...(await announceAndEnd(installation, name, before, "restart", down)));
    } else {
      // Removes the notice of a stop that was never carried out.
      problems.push(
        ...attemptOnVolume(host, "withdraw an earlier stop", () => withdrawStop(host, name)),
      );
    }
  } else if (before !== null) {
    // Wait: an exit that is not recorded yet could still set the gateway down.
    await manager.settle(name);
  }
  if (before?.ready !== true) problems.push(...forget(host, name));
  const { pid } = await manager.up(name, upOptions(installation, name));
  // Again: a gateway that rewrites its state file may have put the old desired state back.
  const warnings = [...problems, ...record(installation, name, "running")];
  return { changed: before?.pid !== pid, pid, warnings };
}

/** Stops a gateway and waits until it is down; it stays down. */
export async function stopGateway(
  installation: Installation,
  name: ProfileName,
): Promise<GatewayOutcome> {
  const { host, manager } = installation;
  manager.requireSupport(`stop gateway '${name}'`);
  let report = await manager.status(name);
  if (report === null) {
    requireProfile(installation, name);
    return { changed: false, pid: null, warnings: record(installation, name, "stopped") };
  }
  if (report.status === null && report.mayRun) {
    await register(installation, name);
    report = await manager.status(name);
  }
  const before = report?.status ?? null;
  const unsupervised = report?.unsupervisedPid ?? null;
  for (const pid of [before?.pid ?? null, unsupervised]) refuseFromInside(host, name, "stop", pid);
  record(installation, name, "stopped");
  const problems: string[] = [];
  // Nothing is started by it, since the desired state is `stopped`.
  if (unsupervised !== null && before?.up === false) await manager.endUnsupervised(name);
  const changed = unsupervised !== null || (before !== null && (before.up || before.wantedUp));
  if (changed && before !== null) {
    refuseRootOnly(installation, name, "stop");
    const down = () => manager.down(name);
    problems.push(...(await announceAndEnd(installation, name, before, "stop", down)));
  }
  return { changed, pid: null, warnings: [...problems, ...record(installation, name, "stopped")] };
}

/** Runs `work` while no other restart of this gateway is under way, and tells it if one was. */
async function withRestartLock<T>(
  host: Host,
  name: ProfileName,
  work: (contended: boolean) => Promise<T>,
): Promise<T> {
  const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "restart.lock");
  // A restart that is under way takes no longer than that.
  const limitMs = RESTART_STOP_MS + readReadyLimit(host);
  return withLock(host, path, limitMs, `restart gateway '${name}'`, work);
}

async function restartNow(installation: Installation, name: ProfileName): Promise<GatewayOutcome> {
  const { host, manager } = installation;
  const before = await readStatus(installation, name);
  refuseFromInside(host, name, "restart", before?.pid ?? null);
  record(installation, name, "running");
  const problems: string[] = [];
  if (before !== null && !before.up) await manager.settle(name);
  problems.push(...forget(host, name));
  if (before !== null && before.pid !== null) {
    const { pid } = before;
    const cycle = () => manager.cycle(name, pid);
    problems.push(...(await announceAndEnd(installation, name, before, "restart", cycle)));
  }
  const { pid } = await manager.up(name, upOptions(installation, name));
  return { changed: true, pid, warnings: [...problems, ...record(installation, name, "running")] };
}

/**
 * Restarts a gateway and waits until a new process is ready. If another restart is running and its process is not ready
 * yet, waits for that one instead of restarting again.
 */
export async function restartGateway(
  installation: Installation,
  name: ProfileName,
): Promise<GatewayOutcome> {
  installation.manager.requireSupport(`restart gateway '${name}'`);
  const asked = await requireService(installation, name);
  return withRestartLock(installation.host, name, async (contended) => {
    const now = await readStatus(installation, name);
    const renewed = asked !== null && now?.pid !== asked.pid;
    const answered = renewed || (contended && asked?.ready === false);
    if (now !== null && now.up && now.ready && now.wantedUp && answered) {
      return { changed: false, pid: now.pid, warnings: [] };
    }
    return restartNow(installation, name);
  });
}

/** Returns why a gateway cannot be suspended now; null if it can. */
function describeTransition(host: Host, name: ProfileName, status: ServiceStatus): string | null {
  if (status.up && !status.wantedUp) return "stopping";
  return status.up && !status.ready && !isDelayed(host, name) ? "starting" : null;
}

/**
 * Brings a gateway down for a moment, announced as a restart: its desired state stays as it is. `settled` refuses one
 * that is on its way up or down. A missing one is fine.
 */
export async function suspendGateway(
  installation: Installation,
  name: ProfileName,
  from: "settled" | "any-state",
): Promise<void> {
  const { host, manager } = installation;
  if ((await manager.status(name)) === null) return;
  await withRestartLock(host, name, async () => {
    const report = await manager.status(name);
    let status = report?.status ?? null;
    if (status?.up === false && report?.unsupervisedPid !== null) {
      await manager.endUnsupervised(name);
      status = await readStatus(installation, name);
    }
    if (status === null || (!status.up && !status.wantedUp)) return;
    refuseFromInside(host, name, "stop", status.pid);
    const transition = from === "settled" ? describeTransition(host, name, status) : null;
    if (transition !== null) {
      throw new AppError("refused", `gateway '${name}' is ${transition}`, {
        hint: `try again when it is ready, or after \`hermes -p ${name} gateway stop\``,
      });
    }
    await announceAndEnd(installation, name, status, "restart", () => manager.down(name));
  });
}
