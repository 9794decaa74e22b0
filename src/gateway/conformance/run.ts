import { join } from "node:path";
import { exitCodeOfSignal } from "../../core/signals.ts";
import { AppError } from "../../core/errors.ts";
import { toPrintable } from "../../core/printable.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_PROFILE, parseProfileName, type ProfileName } from "../../profiles/name.ts";
import { LEFT_BEHIND_LIMIT_MS } from "../left-behind.ts";
import type { Findings } from "./requirements.ts";
import { describeExit, GivenUp, PRIOR_STATE, Trial, type Start } from "./trial.ts";

/** Milliseconds between SIGTERM and SIGKILL when a gateway is stopped. */
const TERM_LIMIT_MS = 10_000;
/** A program that goes into the background has done so by then. */
const FOREGROUND_MS = 500;

function secondProfile(): ProfileName {
  const parsed = parseProfileName("second");
  if (parsed.ok) return parsed.name;
  throw new Error(parsed.reason);
}

/** Starts a gateway and waits until it says that it runs; what kept it from that, or null. */
async function bringUp(trial: Trial, start: Start, limitMs: number): Promise<string | null> {
  const { child } = start;
  let ready = false;
  // A program that forks and exits is watched for a while longer: its group may report that it runs.
  await trial.wait(limitMs, () => {
    ready = trial.notReady(start) === null;
    return ready || (child.exit() !== null && trial.others(start).length === 0);
  });
  if (ready) return null;
  const why = `${trial.notReady(start)} after ${limitMs / 1000} s`;
  const how = child.exit() === null ? why : describeExit(child.exit());
  return `${how}; ${trial.said(start)}`;
}

/** The keys that were in a profile's state file before; what was found wrong earlier stays. */
function judgeKeys(trial: Trial, { profile }: Start, findings: Findings): void {
  const outcome = trial.state(profile);
  const raw = outcome.kind === "state" ? outcome.state.raw : {};
  const judge = (id: "keys" | "desired-state", why: string | null) =>
    findings.set(id, findings.get(id) ?? why);
  const key = "another_programs_key";
  judge("keys", raw[key] === PRIOR_STATE[key] ? null : `'${key}' is gone`);
  const desired = raw["desired_state"];
  const said = typeof desired === "string" ? `'${toPrintable(desired, 40)}'` : "gone";
  judge("desired-state", desired === PRIOR_STATE.desired_state ? null : `it is ${said} now`);
}

async function judgeFirst(trial: Trial, start: Start, limitMs: number, findings: Findings) {
  const why = await bringUp(trial, start, limitMs);
  findings.set("ready", why);
  if (why !== null) return false;
  await trial.wait(FOREGROUND_MS, () => start.child.exit() !== null);
  const end = start.child.exit();
  findings.set(
    "foreground",
    end === null ? null : `${describeExit(end)} while it says that it runs`,
  );
  judgeKeys(trial, start, findings);
  return end === null;
}

async function judgeSecond(
  trial: Trial,
  first: Start,
  second: Start,
  limitMs: number,
): Promise<string | null> {
  const why = await bringUp(trial, second, limitMs);
  if (why !== null) return why;
  if (first.child.exit() !== null) return "the gateway of the other profile ended";
  const other = trial.notReady(first);
  return other === null ? null : `it wrote into the other profile's file: ${other}`;
}

/** The profile's name may stand behind the other words, too, as people type it. */
async function judgeBehind(
  trial: Trial,
  first: Start,
  second: ProfileName,
  limitMs: number,
): Promise<string | null> {
  const behind = trial.start(second, "behind");
  const why = await judgeSecond(trial, first, behind, limitMs);
  trial.kill(behind);
  return why === null ? null : `as \`gateway run --replace -p ${second}\`: ${why}`;
}

/** SIGTERM, and what comes of it. */
async function judgeEnd(trial: Trial, start: Start, findings: Findings): Promise<void> {
  trial.signal(start, "SIGTERM");
  const ended = await trial.wait(TERM_LIMIT_MS, () => start.child.exit() !== null);
  findings.set("term", ended ? null : "it still runs");
  if (!ended) return;
  const { code, signal } = start.child.exit() ?? { code: null, signal: null };
  const fine = code === 0 || code === exitCodeOfSignal("SIGTERM") || signal === "SIGTERM";
  findings.set("exit", fine ? null : describeExit(start.child.exit()));
  const alone = await trial.wait(LEFT_BEHIND_LIMIT_MS, () => trial.others(start).length === 0);
  const left = trial.others(start).length;
  findings.set("alone", alone ? null : `${left} of its processes still run`);
  judgeKeys(trial, start, findings);
  const outcome = trial.state(start.profile);
  const state = outcome.kind === "state" ? outcome.state.reportedState : null;
  findings.set("comeback", state === "stopped" ? "it says `stopped`" : null);
}

async function judgeAll(trial: Trial, limitMs: number, findings: Findings): Promise<void> {
  const second = secondProfile();
  for (const profile of [DEFAULT_PROFILE, second]) trial.prepare(profile);
  const first = trial.start(DEFAULT_PROFILE);
  const isUp = await judgeFirst(trial, first, limitMs, findings);
  // The shell's exit codes for a program that it cannot run.
  const unusable =
    findings.get("ready") !== null && [126, 127].includes(first.child.exit()?.code ?? 0);
  findings.set("starts", unusable ? `it cannot be run; ${trial.said(first)}` : null);
  if (unusable) findings.delete("ready");
  if (!isUp) return;
  const beside = trial.start(second);
  const apart = await judgeSecond(trial, first, beside, limitMs);
  findings.set("profiles", apart);
  if (apart === null) {
    await judgeEnd(trial, beside, findings);
    findings.set("profiles", await judgeBehind(trial, first, second, limitMs));
  }
  trial.kill(first);
  await trial.wait(TERM_LIMIT_MS, () => first.child.exit() !== null);
  const again = trial.start(DEFAULT_PROFILE);
  findings.set("again", await bringUp(trial, again, limitMs));
  findings.set("whole", trial.torn);
  findings.set("values", trial.odd);
}

/**
 * Runs a program on trial as the gateway of two profiles, in a temporary directory, and finds out which requirements it
 * meets. A gateway gets `limitMs` to become ready. If `signal` aborts it, it ends the program at once and returns what
 * was found. Throws if there is no place for the directory.
 */
export async function runConformance(
  host: Host,
  program: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<Findings> {
  const directory = join(host.environment["TMPDIR"] ?? "/tmp", `hermes-conform-${host.self.pid}`);
  const { startChild } = await host.loadChildren();
  try {
    host.files.createDirectory(directory, 0o700);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    throw new AppError("io", `Cannot make ${directory}: ${reason}`, {
      hint: "name a directory that this user may write to in TMPDIR",
    });
  }
  const trial = new Trial({ host, program, directory, startChild, signal });
  const findings: Findings = new Map();
  try {
    await judgeAll(trial, limitMs, findings);
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  } finally {
    await trial.end();
  }
  return findings;
}
