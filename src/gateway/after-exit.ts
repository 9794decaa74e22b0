import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import { isShutdownAnnounced } from "../profiles/boot-directory.ts";
import { readEndNotice } from "../profiles/end-notice.ts";
import { appendToHistory } from "../profiles/exit-history.ts";
import {
  readExitRecord,
  recentCrashes,
  writeExitRecord,
  type ExitRecord,
} from "../profiles/exit-record.ts";
import type { RecordedExit } from "../profiles/exit.ts";
import { restoreIntent } from "../profiles/intent.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { recordEvents } from "../profiles/record-event.ts";
import { readState } from "../profiles/state-store.ts";
import { decideAfterExit, type ExitDecision, type GatewayExit } from "./exit-policy.ts";
import { eventsOfEnd } from "./exit-events.ts";
import { endLeftBehind, LEFT_BEHIND_LIMIT_MS } from "./left-behind.ts";

/** Without a record nothing counts the crashes; this keeps a gateway that dies at once from storming. */
const BLIND_DELAY_MS = 10_000;
/** Milliseconds between SIGTERM and SIGKILL for what has had its time already. */
const OVERDUE_LIMIT_MS = 200;
const LONGEST_SAYING = 200;
const SIGKILL = 9;

/** What s6-supervise tells a `finish` script (servicedir). */
export interface FinishFacts {
  readonly code: number | null;
  readonly signal: number | null;
  /** The process group that ended; null from an s6 before 2.13. */
  readonly group: number | null;
}

function announcedEnd(
  host: Host,
  name: ProfileName,
  pid: number | null,
  startTime: number | null,
): GatewayExit["announced"] {
  const notice = pid === null ? null : readEndNotice(host, name, { pid, startTime });
  return notice ?? (isShutdownAnnounced(host) ? "shutdown" : null);
}

/** Why the gateway ended, in its own words: on one line, shortened. */
function readSaying(
  host: Host,
  profile: string,
  pid: number | null,
  startTime: number | null,
): string | null {
  const outcome = readState(host, profile);
  if (outcome.kind !== "state" || outcome.state.pid !== pid) return null;
  const { state } = outcome;
  if (state.startTime !== null && state.startTime !== startTime) return null;
  const saying = toPrintable(state.exitReason ?? "", LONGEST_SAYING);
  return saying === "" ? null : saying;
}

function tell(host: Host, name: ProfileName, exit: GatewayExit, decision: ExitDecision): void {
  const { meaning, reason, delayMs } = decision;
  if (exit.announced !== null) {
    if (exit.signal !== SIGKILL) return;
    host.output.note(`Gateway '${name}' did not end after SIGTERM: killed`);
  } else if (meaning === "parked" || meaning === "configuration") {
    const order = `\`hermes -p ${name} gateway start\``;
    host.output.note(`✗ Gateway '${name}' stays down: ${reason}; ${order} starts it again`);
  } else {
    const next =
      delayMs === null ? "stays down" : `starts again in ${(delayMs / 1000).toFixed(1)} s`;
    host.output.note(`Gateway '${name}' ${reason}: ${next}`);
  }
}

/** The record after an end. */
function renewRecord(
  record: ExitRecord,
  recorded: RecordedExit,
  decision: ExitDecision,
  uptime: number,
): ExitRecord {
  const { delayMs, counted, meaning, reason } = decision;
  return {
    ...record,
    waitUntil: delayMs === null || delayMs === 0 ? null : uptime + delayMs,
    keptDown: meaning === "parked" || meaning === "configuration" ? reason : null,
    crashes: counted ? [...record.crashes, uptime] : record.crashes,
    // An operator's restart is not one that happened by itself.
    restarts: record.restarts + (delayMs !== null && meaning !== "restarted" ? 1 : 0),
    exits: [...record.exits, recorded],
  };
}

/** Does what may fail on a bad volume or a full disk, and says so; a `finish` has to go on. */
function attempt(host: Host, what: string, work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    host.output.note(`warning: cannot ${what}: ${host.files.describeSystemError(error)}`);
    return false;
  }
}

/**
 * What s6-supervise runs after a gateway ended, as the gateway's own user: ends what it left behind,
 * decides what is next, and records both. Where nothing can be recorded it delays by itself.
 */
export async function handleExit(
  host: Host,
  root: string,
  name: ProfileName,
  facts: FinishFacts,
): Promise<ExitDecision> {
  const profile = profileDirectory(root, name);
  const record = readExitRecord(host, name);
  const uptime = host.clock.uptime();
  const now = host.clock.now();
  const pid = facts.group ?? record.pid;
  const startTime = pid === record.pid ? record.startTime : null;
  const { code, signal } = facts;
  const announced = announcedEnd(host, name, pid, startTime);
  // Killed after an announcement: its time is over, and that of all that belongs to it.
  const overdue = announced !== null && signal === SIGKILL;
  const limitMs = overdue ? OVERDUE_LIMIT_MS : LEFT_BEHIND_LIMIT_MS;
  if (pid !== null && pid > 1) await endLeftBehind(host, name, pid, limitMs);
  const exit: GatewayExit = {
    code,
    signal,
    announced,
    said: readSaying(host, profile, pid, startTime),
  };
  const decision = decideAfterExit(exit, recentCrashes(record, uptime).length, Math.random());
  const { beginsAt } = record;
  const recorded: RecordedExit = {
    at: now,
    pid,
    startTime,
    code,
    signal,
    ranMs: beginsAt === null || beginsAt > uptime ? null : uptime - beginsAt,
    meaning: decision.meaning,
    reason: decision.reason,
    delayMs: decision.delayMs,
  };
  tell(host, name, exit, decision);
  const renewed = renewRecord(record, recorded, decision, uptime);
  const kept = attempt(host, "record the end", () => writeExitRecord(host, name, renewed));
  attempt(host, "write the history", () => appendToHistory(host, profile, recorded));
  const crashes = recentCrashes(renewed, uptime).length;
  await recordEvents(host, root, eventsOfEnd(name, recorded, crashes));
  const intent = restoreIntent(host, root, name);
  if (intent.kind === "not-recorded") {
    host.output.note(`warning: the intent is not on disk: ${intent.reason}`);
  }
  if (!kept && decision.counted && decision.delayMs !== null) {
    await host.clock.sleep(BLIND_DELAY_MS);
  }
  return decision;
}
