import { join } from "node:path";
import { attempt } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { AppError } from "../core/errors.ts";
import { announceEnd, withdrawEnd, type EndReason } from "./record/stop-notice.ts";
import { forgetCrashes, readExitRecord, remainingBackoff } from "./record/exit-record.ts";
import { isInsideGateway } from "../core/service-processes.ts";
import { recordDesiredState } from "./record/desired-state.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../profiles/name.ts";
import type { DesiredState } from "./record/state-file.ts";
import { profileExists } from "../profiles/store.ts";
import type { GatewayStatus, ServiceOutcome } from "../services/manager.ts";
import {
  bringDown,
  bringUp,
  cycle,
  waitForEnd,
  type BringUpOptions,
} from "../services/s6/control.ts";
import { controlFifo, serviceName, slotPath } from "../services/s6/layout.ts";
import {
  noSuchGateway,
  registerSlot,
  requireSlot,
  waitForAnswers,
  type S6Context,
} from "../services/s6/slots.ts";
import { withRestartLock } from "./restart-lock.ts";
import { readServiceStatus } from "../services/s6/status.ts";
import { endUnsupervised, findUnsupervised } from "../services/s6/unsupervised.ts";

/** Crashes in one start after which the operator is told instead of waiting for the next try. */
const TELLING_CRASHES = 3;

/** Records the desired state; returns a warning if it could not be written to disk. */
function record(context: S6Context, name: ProfileName, desired: DesiredState): readonly string[] {
  const outcome = recordDesiredState(context.host, context.root, name, desired);
  if (outcome.kind === "recorded") return [];
  return [
    `gateway '${name}' will not be ${desired} after a restart of the container: the desired state is not on disk (${outcome.reason})`,
  ];
}

/** What is known of a start that begins now, from what its ends leave behind. */
function bringUpOptions({ host }: S6Context, name: ProfileName): BringUpOptions {
  const earlier = readExitRecord(host, name).exits.at(-1);
  return {
    readLog: `hermes -p ${name} gateway logs`,
    readFailure: () => {
      const { crashes, exits } = readExitRecord(host, name);
      const last = exits.at(-1);
      if (last === undefined || (last.at === earlier?.at && last.pid === earlier.pid)) return null;
      if (last.backoffMs === null) return `it ${last.reason}`;
      if (crashes.length < TELLING_CRASHES) return null;
      return `it ${last.reason}, ${crashes.length} times now, and starts again in ${Math.ceil(last.backoffMs / 1000)} s`;
    },
  };
}

/** A stop or restart from inside the gateway would end the one who asked, half-way through. */
function refuseFromInside(host: Host, name: ProfileName, verb: string, pid: number): void {
  if (!isInsideGateway(host, pid)) return;
  throw new AppError("refused", `Cannot ${verb} gateway '${name}' from inside itself`, {
    hint: "ask from outside, or end with exit code 0 to stay down and 75 to be started again",
  });
}

/** Tells the running process why the SIGTERM to come is sent: it is not the end of the container. */
function announce(
  host: Host,
  name: ProfileName,
  { up, pid }: GatewayStatus,
  reason: EndReason,
): readonly string[] {
  const facts = up ? host.processes.readProcess(pid) : null;
  if (facts === null) return [];
  const { startTime } = facts;
  return attempt(`announce the ${reason} to gateway '${name}'`, () =>
    announceEnd(host, name, { pid, startTime }, reason),
  );
}

/** Lets the start that follows begin afresh. */
function forget(host: Host, name: ProfileName): readonly string[] {
  return attempt(`forget the crashes of gateway '${name}'`, () => forgetCrashes(host, name));
}

/** Starts a gateway and waits until it is ready; an operator waits for no delay of earlier crashes. */
export async function startGateway(context: S6Context, name: ProfileName): Promise<ServiceOutcome> {
  const { host } = context;
  const slot = await requireSlot(context, name);
  const service = serviceName(name);
  const before = await readServiceStatus(host, slot, service);
  record(context, name, "running");
  const problems: string[] = [];
  if (before !== null && before.up && before.wantedUp) {
    const waits = remainingBackoff(readExitRecord(host, name), host.clock.uptime()) > 0;
    if (!before.ready && waits) {
      problems.push(...announce(host, name, before, "restart"));
      await bringDown(host, slot, service);
    } else {
      // Of a stop that was announced and never came.
      problems.push(...attempt("withdraw an earlier stop", () => withdrawEnd(host, name)));
    }
  } else if (before !== null) {
    // A `finish` that keeps the gateway down would undo a start that comes before its end.
    await waitForEnd(host, slot, service);
  }
  if (before?.ready !== true) problems.push(...forget(host, name));
  const status = await bringUp(host, slot, service, bringUpOptions(context, name));
  // Again: a gateway that rewrites its state file may have put the old desired state back.
  const warnings = [...problems, ...record(context, name, "running")];
  return { changed: before?.pid !== status.pid, pid: status.pid, warnings };
}

/** Whether a slot that nothing supervises has a process, or will have one as soon as something does. */
function mayRun(host: Host, slot: string): boolean {
  return !host.files.exists(join(slot, "down")) || findUnsupervised(host, slot, null) !== null;
}

/** Stops a gateway and waits until it is down; it stays down. */
export async function stopGateway(context: S6Context, name: ProfileName): Promise<ServiceOutcome> {
  const { host, scanDir, root } = context;
  const slot = slotPath(scanDir, name);
  if (host.files.readStatus(slot) === null) {
    if (name !== DEFAULT_PROFILE && !profileExists(host, root, name)) throw noSuchGateway(name);
    return { changed: false, pid: null, warnings: record(context, name, "stopped") };
  }
  const service = serviceName(name);
  // A FIFO that is not permitted has a supervisor: s6-svc says then what is wrong.
  const isLost = host.files.probeFifo(controlFifo(slot)) === "absent";
  if (isLost && mayRun(host, slot)) await registerSlot(context, name);
  await waitForAnswers(host, slot);
  const before = await readServiceStatus(host, slot, service);
  const unsupervised = findUnsupervised(host, slot, before?.pid ?? null);
  for (const pid of [before?.up === true ? before.pid : null, unsupervised]) {
    if (pid !== null) refuseFromInside(host, name, "stop", pid);
  }
  record(context, name, "stopped");
  const problems: string[] = [];
  // Its `run` ends what outlived its supervisor, and nothing is started, since the desired state is `stopped`.
  if (unsupervised !== null && before?.up === false) await endUnsupervised(host, slot, service);
  const changed = unsupervised !== null || (before !== null && (before.up || before.wantedUp));
  if (changed && before !== null) {
    problems.push(...announce(host, name, before, "stop"));
    await bringDown(host, slot, service);
  }
  return { changed, pid: null, warnings: [...problems, ...record(context, name, "stopped")] };
}

async function restartNow(
  context: S6Context,
  name: ProfileName,
  slot: string,
): Promise<ServiceOutcome> {
  const { host } = context;
  const service = serviceName(name);
  const before = await readServiceStatus(host, slot, service);
  if (before?.up === true) refuseFromInside(host, name, "restart", before.pid);
  record(context, name, "running");
  const problems: string[] = [];
  if (before !== null && !before.up) await waitForEnd(host, slot, service);
  problems.push(...forget(host, name));
  if (before?.up === true) {
    problems.push(...announce(host, name, before, "restart"));
    await cycle(host, slot, service, before.pid);
  }
  const status = await bringUp(host, slot, service, bringUpOptions(context, name));
  const warnings = [...problems, ...record(context, name, "running")];
  return { changed: true, pid: status.pid, warnings };
}

/**
 * Restarts a gateway and waits until a new process is ready. One that is asked for while another is under
 * way is answered by that one, provided that its process is not ready yet: it begins after the question.
 */
export async function restartGateway(
  context: S6Context,
  name: ProfileName,
): Promise<ServiceOutcome> {
  const { host } = context;
  const slot = await requireSlot(context, name);
  const asked = await readServiceStatus(host, slot, serviceName(name));
  return withRestartLock(host, name, async (contended) => {
    const now = await readServiceStatus(host, slot, serviceName(name));
    const renewed = asked !== null && now?.pid !== asked.pid;
    const answered = renewed || (contended && asked?.ready === false);
    if (now !== null && now.up && now.ready && now.wantedUp && answered) {
      return { changed: false, pid: now.pid, warnings: [] };
    }
    return restartNow(context, name, slot);
  });
}

/** Why a gateway cannot be suspended now; null where it can. */
function describeTransition(host: Host, name: ProfileName, status: GatewayStatus): string | null {
  if (status.up && !status.wantedUp) return "stopping";
  const waits = remainingBackoff(readExitRecord(host, name), host.clock.uptime()) > 0;
  return status.up && !status.ready && !waits ? "starting" : null;
}

/** The status of a gateway after whatever outlived its supervisor has been ended. */
async function readStatusAlone(
  host: Host,
  slot: string,
  service: string,
): Promise<GatewayStatus | null> {
  const status = await readServiceStatus(host, slot, service);
  if (status === null || status.up || findUnsupervised(host, slot, null) === null) return status;
  await endUnsupervised(host, slot, service);
  return readServiceStatus(host, slot, service);
}

/** Brings a gateway down for a moment: announced as a restart, so that its desired state stays as it is. */
export async function suspendGateway(
  context: S6Context,
  name: ProfileName,
  from: "settled" | "any-state",
): Promise<void> {
  const { host, scanDir } = context;
  const slot = slotPath(scanDir, name);
  const service = serviceName(name);
  if (host.files.readStatus(slot) === null) return;
  await withRestartLock(host, name, async () => {
    await waitForAnswers(host, slot);
    const status = await readStatusAlone(host, slot, service);
    if (status === null || (!status.up && !status.wantedUp)) return;
    refuseFromInside(host, name, "stop", status.pid);
    const transition = from === "settled" ? describeTransition(host, name, status) : null;
    if (transition !== null) {
      throw new AppError("refused", `gateway '${name}' is ${transition}`, {
        hint: `try again when it is ready, or after \`hermes -p ${name} gateway stop\``,
      });
    }
    announce(host, name, status, "restart");
    await bringDown(host, slot, service);
  });
}
