import { dirname } from "node:path";
import { tryTo } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { bootLogPath } from "../profiles/paths.ts";
import type { Step } from "./plan.ts";

/** Size in bytes at which the log is rotated before the boot appends to it. */
export const BOOT_LOG_LIMIT = 256 * 1024;

/** `2026-11-20T07:23:05+0000`, in UTC. */
export function renderLogTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+0000`;
}

/** Quotes the value of a `key=value` pair as JSON unless it is one plain word. */
function renderValue(value: string): string {
  const short = value.length > 200 ? `${value.slice(0, 197)}...` : value;
  return /^[A-Za-z0-9_.:/@+-]+$/.test(short) ? short : JSON.stringify(short);
}

/** The line of one step in the boot log, without its newline. */
export function renderBootLine(step: Step, milliseconds: number): string {
  const pairs = [
    `profile=${renderValue(step.profile)}`,
    `prior_state=${step.priorState === null ? "None" : renderValue(step.priorState)}`,
    `action=${step.action}`,
    ...(step.desired === null ? [] : [`desired_state=${step.desired}`]),
    ...(step.priorExit === null ? [] : [`prior_exit=${step.priorExit}`]),
    ...(step.reason === null ? [] : [`reason=${renderValue(step.reason)}`]),
  ];
  return `${renderLogTime(milliseconds)} ${pairs.join(" ")}`;
}

function rotate(host: Host, path: string): void {
  const status = host.files.readStatus(path);
  if (status !== null && status.size >= BOOT_LOG_LIMIT) host.files.rename(path, `${path}.1`);
}

/** Appends the boot's lines to the log on the volume; if it refuses, prints them on stdout and the reason on stderr. */
export function writeBootLog(host: Host, root: string, steps: readonly Step[]): void {
  const path = bootLogPath(root);
  const now = host.clock.now();
  const text = steps.map((step) => `${renderBootLine(step, now)}\n`).join("");
  try {
    host.files.ensureDirectory(dirname(path), 0o755);
    tryTo(host, `rotate ${path}`, () => rotate(host, path));
    host.files.appendToFile(path, text, 0o644);
  } catch (error) {
    const reason = host.files.describeSystemError(error);
    host.output.note(`warning: cannot write ${path}: ${reason}; its lines follow`);
    host.output.result(text);
  }
}

const BOOT_LINE = /^\S+ profile=(\S+) prior_state=(\S+) action=/;

/**
 * Counts, for each profile, the boots in a row up to the last one that found `startup_failed` in its state file: the
 * sign of a container that restarts again and again with the same error. Profiles without such boots are left out.
 */
export function countFailedBoots(log: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of log.split("\n")) {
    const [, profile, state] = BOOT_LINE.exec(line) ?? [];
    if (profile === undefined) continue;
    if (state === "startup_failed") counts.set(profile, (counts.get(profile) ?? 0) + 1);
    else counts.delete(profile);
  }
  return counts;
}

/** Counts the failed boots in the boot log on the volume and its rotated file, each up to four times the limit. */
export function readFailedBoots(host: Host, root: string): ReadonlyMap<string, number> {
  const path = bootLogPath(root);
  const texts = [`${path}.1`, path].map((one) => {
    const outcome = host.files.readTextFile(one, 4 * BOOT_LOG_LIMIT);
    return outcome.kind === "text" ? outcome.text : "";
  });
  return countFailedBoots(texts.join(""));
}
