import { exitCodeOfSignal } from "../core/signals.ts";
import { waitUntil } from "../core/wait-until.ts";
import { attempt, warn } from "../core/attempt.ts";
import { toPrintable } from "../core/printable.ts";
import type { Host } from "../host/host.ts";
import { isShutdownAnnounced } from "../core/boot-directory.ts";
import { readStopNotice } from "./record/stop-notice.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { appendToHistory } from "./record/exit-history.ts";
import {
  readExitRecord,
  recentCrashes,
  writeExitRecord,
  type ExitRecord,
} from "./record/exit-record.ts";
import type { RecordedExit } from "./record/exit.ts";
import { recordDesiredState, restoreDesiredState } from "./record/desired-state.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { recordEvents } from "./record/record-events.ts";
import { SIGKILL } from "../core/signals.ts";
import { readState } from "./record/state-store.ts";
import { decideAfterExit, type ExitDecision, type GatewayExit } from "./exit-policy.ts";
import { eventsOfExit } from "./events.ts";
import { endLeftBehind, endRecorded, LEFT_BEHIND_LIMIT_MS } from "./left-behind.ts";
import { readOomKills } from "./oom-kills.ts";

/** Without a record nothing counts the crashes; this keeps a gateway that dies at once from storming. */
const UNRECORDED_DELAY_MS = 10_000;
/** Milliseconds between SIGTERM and SIGKILL for what has had its time already. */
const OVERDUE_LIMIT_MS = 200;
const LONGEST_EXIT_REASON = 200;

/** The arguments that s6-supervise passes to a `finish` script (servicedir). */
export interface FinishFacts {
  readonly code: number | null;
  readonly signal: number | null;
  /** True if s6 keeps the service up; null if that could not be found out. */
  readonly wantedUp: boolean | null;
  /** The slot's record: the process that ended is the last; others outlived an earlier supervisor. */
  readonly processes: readonly ProcessIdentity[];
}

/** The process that ended; what is null is not known. */
type EndedProcess = Pick<ExitRecord, "pid" | "startTime">;

/** The last line that the gateway printed since a time; null without one. */
export type ReadLastLine = (since: number) => Promise<string | null>;

const SIGTERM = 15;
const TERMINATED_EXIT = exitCodeOfSignal(SIGTERM);
/** Milliseconds that the end of a container has to be announced; less than any delay after a crash. */
const ANNOUNCEMENT_LIMIT_MS = 800;

/**
 * Returns what was announced to the process or to the whole container; null if nothing was. Waits up to 800 ms for the
 * notice that the container goes down, which may come after the exit: a container that shares another's processes
 * (`--pid=host`) is stopped by a SIGTERM to each of its processes at once, and the gateways exit first. A container
 * whose PID 1 is s6-svscan is stopped through s6-svscan.
 */
async function readAnnouncement(
  host: Host,
  name: ProfileName,
  { code, signal, wantedUp }: FinishFacts,
  { pid, startTime }: EndedProcess,
): Promise<GatewayExit["announced"]> {
  const notice = pid === null ? null : readStopNotice(host, name, { pid, startTime });
  if (notice !== null) return notice;
  const isDown = () => isShutdownAnnounced(host);
  if (isDown()) return "shutdown";
  const terminated = signal === SIGTERM || code === TERMINATED_EXIT || wantedUp === false;
  if (!terminated || host.processes.readProcess(1)?.command === "s6-svscan") return null;
  return (await waitUntil(host, isDown, ANNOUNCEMENT_LIMIT_MS)) ? "shutdown" : null;
}

/** The exit reason that the gateway reported, shortened to one line. */
function readExitReason(
  host: Host,
  profile: string,
  { pid, startTime }: EndedProcess,
): string | null {
  const outcome = readState(host, profile);
  if (outcome.kind !== "state" || outcome.state.pid !== pid) return null;
  const { state } = outcome;
  if (state.startTime !== null && state.startTime !== startTime) return null;
  const saying = toPrintable(state.exitReason ?? "", LONGEST_EXIT_REASON);
  return saying === "" ? null : saying;
}

/** Exits that the last line may explain: an exit code (no signal), or SIGABRT. */
const EXPLAINED_SIGNALS: ReadonlySet<number | null> = new Set([null, 6]);

/** A line that may say why a gateway ended by itself. */
async function readExplanation(
  exit: Pick<GatewayExit, "code" | "signal" | "announced" | "wantedUp" | "exitReason">,
  ranMs: number | null,
  now: number,
  readLastLine: ReadLastLine,
): Promise<string | null> {
  const { code, signal, announced, wantedUp, exitReason } = exit;
  const intended = announced !== null || wantedUp === false || code === 0;
  if (intended || exitReason !== null || ranMs === null) return null;
  if (!EXPLAINED_SIGNALS.has(signal)) return null;
  return readLastLine(now - ranMs);
}

/** Returns the number of processes that the OOM killer ended since it had ended `before`. */
function countOomKills(host: Host, before: number | null): number {
  const now = readOomKills(host);
  return before === null || now === null ? 0 : Math.max(0, now - before);
}

/** Prints what follows the exit, for the gateway's log. */
function noteDecision(
  host: Host,
  name: ProfileName,
  exit: GatewayExit,
  decision: ExitDecision,
): void {
  const { meaning, reason, backoffMs } = decision;
  if (exit.announced !== null) {
    if (exit.signal !== SIGKILL) return;
    host.output.note(`Gateway '${name}' did not end after SIGTERM: killed`);
  } else if (meaning === "crash-looped" || meaning === "misconfigured") {
    const order = `\`hermes -p ${name} gateway start\``;
    host.output.note(`✗ Gateway '${name}' stays down: ${reason}; ${order} starts it again`);
  } else {
    const next =
      backoffMs === null ? "stays down" : `starts again in ${(backoffMs / 1000).toFixed(1)} s`;
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
  const { backoffMs, counted, meaning, reason } = decision;
  return {
    ...record,
    backoffUntil: backoffMs === null || backoffMs === 0 ? null : uptime + backoffMs,
    parkedReason: meaning === "crash-looped" || meaning === "misconfigured" ? reason : null,
    crashes: counted ? [...record.crashes, uptime] : record.crashes,
    // An operator's restart is not one that happened by itself.
    restarts: record.restarts + (backoffMs !== null && meaning !== "restarted" ? 1 : 0),
    exits: [...record.exits, recorded],
  };
}

/**
 * Handles the exit of a gateway, as the gateway's own user: ends its left-over processes, decides what is next, and
 * records both. If nothing can be recorded it delays by itself.
 */
export async function handleExit(
  host: Host,
  root: string,
  name: ProfileName,
  facts: FinishFacts,
  readLastLine: ReadLastLine,
): Promise<ExitDecision> {
  const profile = profileDirectory(root, name);
  const record = readExitRecord(host, name);
  const uptime = host.clock.uptime();
  const now = host.clock.now();
  const ended: EndedProcess = facts.processes.at(-1) ?? record;
  const { pid } = ended;
  const { code, signal, wantedUp } = facts;
  const announced = await readAnnouncement(host, name, facts, ended);
  // Killed after an announcement: its time is over, and that of all that belongs to it.
  const overdue = announced !== null && signal === SIGKILL;
  const service = `Gateway '${name}'`;
  const limitMs = overdue ? OVERDUE_LIMIT_MS : LEFT_BEHIND_LIMIT_MS;
  if (pid !== null && pid > 1) await endLeftBehind(host, service, pid, limitMs);
  for (const outlived of facts.processes.slice(0, -1)) await endRecorded(host, service, outlived);
  const { beginsAt } = record;
  const ranMs = beginsAt === null || beginsAt > uptime ? null : uptime - beginsAt;
  const end = {
    code,
    signal,
    announced,
    wantedUp,
    exitReason: readExitReason(host, profile, ended),
  };
  const exit: GatewayExit = {
    ...end,
    lastLine: await readExplanation(end, ranMs, now, readLastLine),
    oomKills: countOomKills(host, record.oomKills),
  };
  const decision = decideAfterExit(exit, recentCrashes(record, uptime).length, Math.random());
  const { meaning, reason, backoffMs } = decision;
  const process = { pid, startTime: ended.startTime, code, signal, ranMs };
  const recorded: RecordedExit = { at: now, ...process, meaning, reason, backoffMs };
  noteDecision(host, name, exit, decision);
  const renewed = renewRecord(record, recorded, decision, uptime);
  const write = () => writeExitRecord(host, name, renewed);
  const kept = warn(host, attempt("record the end", write));
  const append = () => appendToHistory(host, profile, recorded);
  warn(host, attempt("write the history", append));
  const crashes = recentCrashes(renewed, uptime).length;
  await recordEvents(host, root, eventsOfExit(name, recorded, crashes));
  const byHand = meaning === "stopped" && announced === null;
  const notRecorded = byHand
    ? recordDesiredState(host, root, name, "stopped")
    : restoreDesiredState(host, root, name);
  if (notRecorded !== null) {
    host.output.note(`warning: the desired state is not on disk: ${notRecorded}`);
  }
  if (!kept && decision.counted && backoffMs !== null) {
    await host.clock.sleep(UNRECORDED_DELAY_MS);
  }
  return decision;
}
