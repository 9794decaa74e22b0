import { CHILDREN_AT_A_TIME, mapLimited } from "../core/concurrency.ts";
import { AppError } from "../core/errors.ts";
import { TICK_MS } from "../core/service-processes.ts";
import type { Host } from "../host/host.ts";
import { readExitHistory } from "../gateway/record/exit-history.ts";
import {
  LONGEST_BACKOFF_MS,
  readExitRecord,
  recentCrashes,
  type ExitRecord,
} from "../gateway/record/exit-record.ts";
import type { RecordedExit } from "../gateway/record/exit.ts";
import { readRecordedDesiredState } from "../gateway/record/desired-state.ts";
import { describeLoggerError, readLoggerError } from "../services/logger-error.ts";
import { readReadyLimit } from "../core/ready-limit.ts";
import { compareProfiles, type ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { readState, type StateOutcome } from "../gateway/record/state-store.ts";
import { describeInvalidState, type DesiredState } from "../gateway/record/state-file.ts";
import { describeUnlistable, isProfileGone, listProfiles } from "../profiles/store.ts";
import type { ServiceManager, ServiceManagerKind, StatusReading } from "../services/manager.ts";
import { readBootPhase } from "../services/boot-phase.ts";
import { describeDrift, judgeGateway, type GatewayState } from "./gateway-state.ts";
import { describeDegraded, describeStartFailure, findForegroundPid } from "./reported-state.ts";
import { judgeService, type ServiceSnapshot } from "./services.ts";

/** One gateway; docs/status-json.md documents each field. */
export interface GatewaySnapshot {
  readonly profile: ProfileName;
  /** The operator's last order; null if there was none or if it cannot be read. */
  readonly desired: DesiredState | null;
  /** The reason why the desired state cannot be read from the state file; null if it can. */
  readonly stateFileError: string | null;
  readonly state: GatewayState;
  /** The reason for the state, if it has one. */
  readonly detail: string | null;
  /** The difference between the state and the desired state; null if there is none. */
  readonly drift: string | null;
  readonly pid: number | null;
  /** The state of its logger if the gateway is up; null if it is not, or if the state is not known. */
  readonly logger: "up" | "down" | null;
  /** The time at which it went up or down, ISO 8601; null if the supervisor does not know. */
  readonly since: string | null;
  /** Seconds since then; null if the supervisor does not know. */
  readonly secondsInState: number | null;
  /** True if it has been starting for longer than it may take to become ready. */
  readonly isOverdue: boolean;
  /** Number of automatic restarts since the container started. */
  readonly restarts: number;
  /** Exits of the last ten minutes that count towards the crash limit. */
  readonly recentCrashes: number;
  /** The gateway's last statement about itself (`gateway_state`). */
  readonly reportedState: string | null;
  /** The reason why its lines do not reach the volume or the container's output; null if they do. */
  readonly logError: string | null;
  readonly lastExit: RecordedExit | null;
}

/** The state of one installation. `version` changes if a field is changed or removed. */
export interface Snapshot {
  readonly version: 2;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly manager: string;
  readonly managerKind: ServiceManagerKind;
  /** True while the container boots: services and gateways may be missing. */
  readonly booting: boolean;
  readonly home: string;
  /** The reason why the profiles of `home` cannot be listed; null if they can. */
  readonly homeError: string | null;
  readonly services: readonly ServiceSnapshot[];
  readonly gateways: readonly GatewaySnapshot[];
}

/** The service manager's answer about a gateway. */
interface Answer {
  readonly reading: StatusReading;
  readonly unsupervisedPid: number | null;
  readonly logger: GatewaySnapshot["logger"];
}

interface Subject extends Answer {
  readonly profile: ProfileName;
  readonly hasProfile: boolean;
  /** True while the container boots. */
  readonly booting: boolean;
}

/** Milliseconds that a start may take without a backoff; a shorter backoff is ignored. */
const SHORTEST_BACKOFF_MS = 1000;

/** Returns the fields of a process without a supervisor; `/proc` has its start time. */
function unsupervisedFields(host: Host, pid: number) {
  const startTime = host.processes.readProcess(pid)?.startTime ?? Infinity;
  const age = host.clock.uptime() - startTime * TICK_MS;
  // The machine's start may be hidden from a container.
  if (age < 0) return { pid, since: null, secondsInState: null };
  const since = new Date(host.clock.now() - age).toISOString();
  return { pid, since, secondsInState: Math.floor(age / 1000) };
}

/**
 * Returns the milliseconds of backoff that a gateway's process waited before it became the gateway: s6 counts them as
 * up. Both times are of the same clock, so that the result does not change while the process lives.
 */
function waitedBackoffMs(
  { pid, startTime, beginsAt }: ExitRecord,
  upPid: number,
  uptime: number,
): number {
  if (pid !== upPid || startTime === null || beginsAt === null || beginsAt > uptime) return 0;
  const waited = beginsAt - startTime * TICK_MS;
  return waited < SHORTEST_BACKOFF_MS || waited > 2 * LONGEST_BACKOFF_MS ? 0 : waited;
}

function statusFields({ reading }: Subject, record: ExitRecord, uptime: number) {
  if (reading.kind !== "supervised") return { pid: null, since: null, secondsInState: null };
  const { pid } = reading.status;
  const waited = pid === null ? 0 : waitedBackoffMs(record, pid, uptime);
  return {
    pid,
    since: new Date(reading.status.since + waited).toISOString(),
    secondsInState: Math.max(0, Math.floor(reading.status.secondsInState - waited / 1000)),
  };
}

/** Returns the reason why an existing state file does not have the desired state; null if it does. */
function describeStateFileError(outcome: StateOutcome): string | null {
  if (outcome.kind === "unreadable") return outcome.reason;
  if (outcome.kind === "missing" || !outcome.state.invalid.includes("desired_state")) return null;
  return describeInvalidState(outcome.state);
}

/** Describes one gateway from its supervisor status, its exit record and its state file. */
function describeGateway(host: Host, root: string, subject: Subject): GatewaySnapshot {
  const { profile, hasProfile, reading, unsupervisedPid } = subject;
  const logError = readLoggerError(host, profile);
  const directory = profileDirectory(root, profile);
  const record = readExitRecord(host, profile);
  const uptime = host.clock.uptime();
  const outcome = readState(host, directory);
  const state = outcome.kind === "state" ? outcome.state : null;
  // First the order that was recorded since the container started: a gateway may have overwritten its state file.
  const desired = readRecordedDesiredState(host, profile) ?? state?.desired ?? null;
  const supervisedPid = reading.kind === "supervised" ? reading.status.pid : null;
  const foregroundPid = findForegroundPid(host, profile, state, supervisedPid);
  const condition = judgeGateway(reading, {
    record,
    desired,
    degraded: describeDegraded(state),
    startFailure: describeStartFailure(state),
    foregroundPid,
    unsupervisedPid,
    booting: subject.booting,
    uptime,
  });
  const isUnsupervised = condition.state === "unsupervised";
  const ownPid =
    condition.state === "foreground" ? foregroundPid : isUnsupervised ? unsupervisedPid : null;
  const times =
    ownPid === null ? statusFields(subject, record, uptime) : unsupervisedFields(host, ownPid);
  const startedMs = condition.state === "starting" ? (times.secondsInState ?? 0) * 1000 : 0;
  // The order of the fields is for people who read the JSON.
  return {
    profile,
    desired,
    stateFileError: describeStateFileError(outcome),
    ...condition,
    drift: describeDrift(condition.state, desired, hasProfile),
    ...times,
    isOverdue: startedMs > readReadyLimit(host),
    logger: subject.logger,
    restarts: record.restarts,
    recentCrashes: recentCrashes(record, uptime).length,
    reportedState: state?.reportedState ?? null,
    logError: logError === null ? null : describeLoggerError(logError),
    lastExit: record.exits.at(-1) ?? readExitHistory(host, directory).at(-1) ?? null,
  };
}

/** Asks the service manager about one gateway; what cannot be read is an answer, too. */
async function ask(host: Host, manager: ServiceManager, profile: ProfileName): Promise<Answer> {
  try {
    const report = await manager.status(profile);
    const { status = null, unsupervisedPid = null, isLoggerUp = null } = report ?? {};
    return {
      reading: status === null ? { kind: "not-registered" } : { kind: "supervised", status },
      unsupervisedPid,
      logger: isLoggerUp === null ? null : isLoggerUp ? "up" : "down",
    };
  } catch (error) {
    if (!(error instanceof AppError) && host.files.errorCode(error) === null) throw error;
    const reason = host.files.describeSystemError(error);
    return { reading: { kind: "unknown", reason }, unsupervisedPid: null, logger: null };
  }
}

/** Has loggers that cannot write say why, if they can be made to. */
async function lookAfterLoggers(manager: ServiceManager, root: string): Promise<void> {
  try {
    await manager.endStuckLoggers(root);
  } catch {
    // The answer matters more.
  }
}

/** Takes the snapshot of one gateway. */
export async function takeGatewaySnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
  profile: ProfileName,
): Promise<GatewaySnapshot> {
  await lookAfterLoggers(manager, root);
  const answer = await ask(host, manager, profile);
  const hasProfile =
    answer.reading.kind === "not-registered" || !isProfileGone(host, root, profile);
  const booting = readBootPhase(host) === "booting";
  return describeGateway(host, root, { profile, hasProfile, booting, ...answer });
}

/** Takes the snapshot of all profiles and slots: `default` first, then by name. */
export async function takeSnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
): Promise<Snapshot> {
  await lookAfterLoggers(manager, root);
  // Read first: what is read later may have been added since, but not removed.
  const booting = readBootPhase(host) === "booting";
  const profiles = new Set(listProfiles(host, root));
  const names = [...new Set([...profiles, ...manager.list()])].toSorted(compareProfiles);
  const asked = mapLimited(names, CHILDREN_AT_A_TIME, async (profile) => ({
    profile,
    ...(await ask(host, manager, profile)),
  }));
  const [answers, services] = await Promise.all([asked, manager.readStaticServices()]);
  return {
    version: 2,
    takenAt: new Date(host.clock.now()).toISOString(),
    manager: manager.description,
    managerKind: manager.kind,
    booting,
    home: root,
    homeError: describeUnlistable(host, root),
    services: services.map((service) => judgeService(service, host.environment, booting)),
    gateways: answers.map((answer) =>
      describeGateway(host, root, {
        ...answer,
        hasProfile: profiles.has(answer.profile) || !isProfileGone(host, root, answer.profile),
        booting,
      }),
    ),
  };
}
