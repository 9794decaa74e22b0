import { AppError, ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";

/** Where the Hermes agent is when it is installed in the image. */
const INSTALLED_AGENT = "/opt/hermes/.venv/bin/hermes";

/**
 * The program that does the chatting, if one is installed: `HERMES_AGENT`, else the Hermes agent in its
 * usual place; null means the built-in one. Never this executable itself. Throws with exit code 78 where
 * `HERMES_AGENT` names no program.
 */
export function findExternalAgent(host: Host): string | null {
  const given = host.environment["HERMES_AGENT"] ?? "";
  const path = given === "" ? INSTALLED_AGENT : given;
  const usable =
    path.startsWith("/") && host.files.isExecutable(path) && !host.files.isDirectory(path);
  if (!usable) {
    if (given === "") return null;
    throw new AppError(
      "configuration",
      `Cannot use HERMES_AGENT=${JSON.stringify(given)}: no such program`,
      {
        exitCode: ExitCode.configuration,
        hint: "give the absolute path of an executable, or leave it out for the built-in agent",
      },
    );
  }
  return host.files.isSameFile(path, host.self.executable) ? null : path;
}

/** Counts how often in a row we became the agent: `3@360000`, since that uptime in milliseconds. */
const CALLS = "HERMES_AGENT_CALLS";
const MOST_CALLS = 10;
/** An agent may start itself again through us for as long as it lives, but not ten times a minute. */
const CALLS_WINDOW_MS = 60_000;

/**
 * The variable by which a call knows those before it. Throws with exit code 78 where the agent, through a
 * script or a copy, has done nothing but call us again.
 */
export function countAgentCall(host: Host, agent: string): Readonly<Record<string, string>> {
  const now = host.clock.uptime();
  const [, count, since] = /^(\d{1,4})@(\d{1,15})$/.exec(host.environment[CALLS] ?? "") ?? [];
  const age = now - Number(since);
  const isRecent = count !== undefined && age >= 0 && age < CALLS_WINDOW_MS;
  const calls = isRecent ? Number(count) + 1 : 1;
  if (calls <= MOST_CALLS) return { [CALLS]: `${calls}@${isRecent ? since : now}` };
  throw new AppError("configuration", `Cannot use the agent ${agent}: it leads back to hermes`, {
    exitCode: ExitCode.configuration,
    hint: "let HERMES_AGENT name the agent itself, not a script that calls hermes with the same words",
  });
}
