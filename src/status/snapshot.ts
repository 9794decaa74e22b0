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
import { describeLoggerTrouble, readLoggerTrouble } from "../gateway/record/logger-trouble.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { readState, type StateOutcome } from "../gateway/record/state-store.ts";
import { describeStateTrouble, type DesiredState } from "../gateway/record/state-file.ts";
import { describeUnlistable, isProfileGone, listProfiles } from "../profiles/store.ts";
import type { ServiceManager, ServiceManagerKind, ServiceReading } from "../services/manager.ts";
import { readBootPhase } from "../services/boot-phase.ts";
import { describeDrift, judgeGateway, type GatewayState } from "./gateway-state.ts";
import { findForegroundPid, readComplaint, readStartFailure } from "./own-words.ts";
import { judgeService, type ServiceSnapshot } from "./services.ts";

/** One gateway: documented, field by field, in docs/status-json.md. */
export interface GatewaySnapshot {
  readonly profile: ProfileName;
  /** What the operator last asked for; null where nobody did, or nobody can tell. */
  readonly desired: DesiredState | null;
  /** Why nobody can tell what is wanted: what is wrong with the state file; null where nothing is. */
  readonly stateFileError: string | null;
  readonly state: GatewayState;
  /** Why it is so, where that needs saying. */
  readonly detail: string | null;
  /** How that differs from what is wanted; null where it does not. */
  readonly drift: string | null;
  readonly pid: number | null;
  /** Its logger, if the gateway is up; null if it is not, or if nobody can tell. */
  readonly logger: "up" | "down" | null;
  /** When it went up or down, ISO 8601; null where the supervisor does not know. */
  readonly since: string | null;
  /** Seconds in this state; null where the supervisor does not know. */
  readonly secondsInState: number | null;
  /** How often it was started again by itself since the container started. */
  readonly restarts: number;
  /** Crashes that count now. */
  readonly recentCrashes: number;
  /** What the gateway last said of itself (`gateway_state`). */
  readonly reportedState: string | null;
  /** What keeps its lines from the volume or from the container's output, in a sentence; null if nothing does. */
  readonly logError: string | null;
  readonly lastExit: RecordedExit | null;
}

/** What is going on in one installation. `version` changes when a field that is there changes or goes. */
export interface Snapshot {
  readonly version: 2;
  /** ISO 8601. */
  readonly takenAt: string;
  readonly manager: string;
  readonly managerKind: ServiceManagerKind;
  /** Whether the container still boots: what follows may be incomplete. */
  readonly booting: boolean;
  readonly home: string;
  /** Why the profiles in there cannot be listed; null where they can. */
  readonly homeError: string | null;
  readonly services: readonly ServiceSnapshot[];
  readonly gateways: readonly GatewaySnapshot[];
}

interface Subject {
  readonly profile: ProfileName;
  readonly hasProfile: boolean;
  readonly reading: ServiceReading;
  /** Whether the container still boots. */
  readonly booting: boolean;
}

/** Ticks in which `/proc` counts a process's start (proc(5)); 100 a second for every program. */
const TICK_MS = 10;

/** What a start takes without any delay; what is below is not told from it. */
const SHORTEST_WAIT_MS = 1000;

/** Since when a process that nobody supervises runs, as `/proc` has it. */
function foregroundFields(host: Host, pid: number) {
  const startTime = host.processes.readProcess(pid)?.startTime ?? Infinity;
  const age = host.clock.uptime() - startTime * TICK_MS;
  // The machine's start may be hidden from a container.
  if (age < 0) return { pid, since: null, secondsInState: null };
  const since = new Date(host.clock.now() - age).toISOString();
  return { pid, since, secondsInState: Math.floor(age / 1000) };
}

/**
 * Milliseconds that a gateway's process waited, because of earlier crashes, before it became the gateway: s6 counts
 * them as up. Both times are of the same clock, so that the answer stays the same as long as the process does.
 */
function waitedMs({ pid, startTime, beginsAt }: ExitRecord, upPid: number, uptime: number): number {
  if (pid !== upPid || startTime === null || beginsAt === null || beginsAt > uptime) return 0;
  const waited = beginsAt - startTime * TICK_MS;
  return waited < SHORTEST_WAIT_MS || waited > 2 * LONGEST_BACKOFF_MS ? 0 : waited;
}

function statusFields({ reading }: Subject, record: ExitRecord, uptime: number) {
  if (reading.kind !== "supervised") return { pid: null, since: null, secondsInState: null };
  const { up, pid } = reading.status;
  const waited = up ? waitedMs(record, pid, uptime) : 0;
  return {
    pid: up ? pid : null,
    since: new Date(reading.status.since + waited).toISOString(),
    secondsInState: Math.max(0, Math.floor(reading.status.secondsInState - waited / 1000)),
  };
}

/** Why the state file does not say what is wanted although somebody wrote it; null where nothing is wrong. */
function describeUnknownDesire(outcome: StateOutcome): string | null {
  if (outcome.kind === "unreadable") return outcome.reason;
  if (outcome.kind === "missing" || !outcome.state.invalid.includes("desired_state")) return null;
  return describeStateTrouble(outcome.state);
}

function describeLogTrouble(host: Host, profile: ProfileName): string | null {
  const trouble = readLoggerTrouble(host, profile);
  return trouble === null ? null : describeLoggerTrouble(trouble);
}

function readLogger(manager: ServiceManager, profile: ProfileName): GatewaySnapshot["logger"] {
  const isUp = manager.isLoggerUp(profile);
  return isUp === null ? null : isUp ? "up" : "down";
}

/** Judges one gateway by what the supervisor says of it, its exit record and its state file. */
function describeGateway(
  host: Host,
  root: string,
  manager: ServiceManager,
  subject: Subject,
): GatewaySnapshot {
  const { profile, hasProfile, reading } = subject;
  const directory = profileDirectory(root, profile);
  const record = readExitRecord(host, profile);
  const uptime = host.clock.uptime();
  const outcome = readState(host, directory);
  const state = outcome.kind === "state" ? outcome.state : null;
  // What was asked for in this life of the container, whatever the gateway has written since.
  const desired = readRecordedDesiredState(host, profile) ?? state?.desired ?? null;
  const supervisedPid = reading.kind === "supervised" ? reading.status.pid : -1;
  const unsupervisedPid = manager.findUnsupervised(profile, supervisedPid);
  const foregroundPid =
    state === null ? null : findForegroundPid(host, profile, state, supervisedPid);
  const complaint = state === null ? null : readComplaint(state);
  const startFailure = state === null ? null : readStartFailure(state);
  const facts = {
    record,
    desired,
    complaint,
    startFailure,
    foregroundPid,
    unsupervisedPid,
    booting: subject.booting,
    uptime,
  };
  const condition = judgeGateway(reading, facts);
  const isUp = reading.kind === "supervised" && reading.status.up;
  const ownPid =
    condition.state === "foreground"
      ? foregroundPid
      : condition.state === "unsupervised"
        ? unsupervisedPid
        : null;
  // In this order, for those who read JSON with their eyes.
  return {
    profile,
    desired,
    stateFileError: describeUnknownDesire(outcome),
    ...condition,
    drift: describeDrift({ desired, hasProfile, condition }),
    ...(ownPid === null ? statusFields(subject, record, uptime) : foregroundFields(host, ownPid)),
    logger: isUp ? readLogger(manager, profile) : null,
    restarts: record.restarts,
    recentCrashes: recentCrashes(record, uptime).length,
    reportedState: state?.reportedState ?? null,
    logError: describeLogTrouble(host, profile),
    lastExit: record.exits.at(-1) ?? readExitHistory(host, directory).at(-1) ?? null,
  };
}

const NOT_ASKED: ServiceReading = { kind: "not-registered" };

/** Asks the supervisor about one gateway. */
export async function takeGatewaySnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
  profile: ProfileName,
): Promise<GatewaySnapshot> {
  const [reading = NOT_ASKED] = await manager.readGateways([profile]);
  const hasProfile = reading.kind === "not-registered" || !isProfileGone(host, root, profile);
  const booting = readBootPhase(host) === "booting";
  return describeGateway(host, root, manager, { profile, hasProfile, reading, booting });
}

function inOrder(first: ProfileName, second: ProfileName): number {
  if (first === DEFAULT_PROFILE) return -1;
  if (second === DEFAULT_PROFILE) return 1;
  return first < second ? -1 : 1;
}

/** Asks the supervisor about every profile and every slot, `default` first, then by name. */
export async function takeSnapshot(
  host: Host,
  root: string,
  manager: ServiceManager,
): Promise<Snapshot> {
  // First: what is read afterwards may have come since, and cannot have gone.
  const booting = readBootPhase(host) === "booting";
  const profiles = new Set(listProfiles(host, root));
  const names = [...new Set([...profiles, ...manager.listProfileGateways()])].toSorted(inOrder);
  const [readings, services] = await Promise.all([
    manager.readGateways(names),
    manager.readStaticServices(),
  ]);
  return {
    version: 2,
    takenAt: new Date(host.clock.now()).toISOString(),
    manager: manager.description,
    managerKind: manager.kind,
    booting,
    home: root,
    homeError: describeUnlistable(host, root),
    services: services.map((service) => judgeService(service, host.environment, booting)),
    gateways: names.map((profile, index) =>
      describeGateway(host, root, manager, {
        profile,
        hasProfile: profiles.has(profile) || !isProfileGone(host, root, profile),
        reading: readings[index] ?? NOT_ASKED,
        booting,
      }),
    ),
  };
}
