import { AppError } from "../core/errors.ts";
import { findOnPath } from "../core/search-path.ts";
import type { Host } from "../host/host.ts";
import { findObstacle, HEADER_BYTES } from "./executable-format.ts";

/** The path of the Hermes agent in the image. */
const INSTALLED_AGENT = "/opt/hermes/.venv/bin/hermes";
/** The search path without a PATH (execvp(3)). */
const DEFAULT_PATH = "/bin:/usr/bin";

function refuse(message: string, hint: string): AppError {
  return new AppError("configuration", message, { hint });
}

/** Returns the reason why a path cannot be run as a program; null if it looks like one. */
function whyNoProgram({ files }: Host, path: string): string | null {
  if (!path.startsWith("/")) return "not an absolute path";
  if (files.isDirectory(path)) return "a directory";
  if (files.isExecutable(path)) return null;
  return files.readTargetStatus(path) === null ? "no such program" : "not executable for this user";
}

/**
 * Returns the external agent: `HERMES_AGENT`, else the Hermes agent in its usual place; null for the built-in one. It
 * is never this executable itself. Throws with exit code 78 if `HERMES_AGENT` names no program.
 */
export function findExternalAgent(host: Host): string | null {
  const given = host.environment["HERMES_AGENT"] ?? "";
  const path = given === "" ? INSTALLED_AGENT : given;
  const reason = whyNoProgram(host, path);
  if (reason !== null) {
    if (given === "") return null;
    throw refuse(
      `Cannot use HERMES_AGENT=${JSON.stringify(given)}: ${reason}`,
      "give the absolute path of an executable, or leave it out for the built-in agent",
    );
  }
  return host.files.isSameFile(path, host.self.executable) ? null : path;
}

/**
 * Refuses, with exit code 78, a program that cannot be run: a script whose Python was part of another image, or one for
 * another processor. Otherwise the kernel reports a missing script for the first, and `env` runs the second with sh.
 */
export function checkProgram(host: Host, agent: string): void {
  const start = host.files.readTargetBytes(agent, HEADER_BYTES);
  if (start === null) return;
  const { environment, files, self } = host;
  const obstacle = findObstacle(start, {
    architecture: self.architecture,
    exists: files.exists,
    isOnPath: (name) => findOnPath(host, environment["PATH"] ?? DEFAULT_PATH, name) !== null,
  });
  if (obstacle !== null) {
    throw refuse(`Cannot use the agent ${agent}: ${obstacle.reason}`, obstacle.hint);
  }
}

/** The variable that counts how often this executable became the agent: `3@360000`, 3 times since that uptime in ms. */
const CALLS = "HERMES_AGENT_CALLS";
const MOST_CALLS = 10;
/**
 * Milliseconds in which calls are counted. An agent may start itself again through us for as long as it lives, but not
 * more often than a gateway may crash.
 */
const CALLS_WINDOW_MS = 600_000;

/** Counts the processes above this one that are the agent: their environments may be cleared. */
function countAbove({ processes }: Host, agent: string): number {
  const [, ...above] = processes.listAncestry();
  return above.filter(({ pid }) => processes.readArguments(pid).includes(agent)).length;
}

/**
 * Returns the variable that tells a call about earlier ones. Throws with exit code 78 if the agent, through a script or
 * a copy, has done nothing but call us again.
 */
export function countAgentCall(host: Host, agent: string): Readonly<Record<string, string>> {
  const now = host.clock.uptime();
  const [, count, since] = /^(\d{1,4})@(\d{1,15})$/.exec(host.environment[CALLS] ?? "") ?? [];
  const age = now - Number(since);
  const isRecent = count !== undefined && age >= 0 && age < CALLS_WINDOW_MS;
  const calls = isRecent ? Number(count) + 1 : 1;
  if (Math.max(calls, countAbove(host, agent) + 1) <= MOST_CALLS)
    return { [CALLS]: `${calls}@${isRecent ? since : now}` };
  throw refuse(
    `Cannot use the agent ${agent}: it leads back to hermes`,
    "let HERMES_AGENT name the agent itself, not a script that calls hermes with the same words",
  );
}

/** Returns true if there is an external agent; what is wrong with HERMES_AGENT is said when it is used. */
export function hasExternalAgent(host: Host): boolean {
  try {
    return findExternalAgent(host) !== null;
  } catch {
    return false;
  }
}
