import { AppError, ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";

/** Where the Hermes agent is when it is installed in the image. */
const INSTALLED_AGENT = "/opt/hermes/.venv/bin/hermes";

function refuse(message: string, hint: string): AppError {
  return new AppError("configuration", message, { exitCode: ExitCode.configuration, hint });
}

/** Why a path is no program that can be run; null where it looks like one. */
function whyNoProgram({ files }: Host, path: string): string | null {
  if (!path.startsWith("/")) return "not an absolute path";
  if (files.isDirectory(path)) return "a directory";
  if (files.isExecutable(path)) return null;
  return files.readTargetStatus(path) === null ? "no such program" : "not executable for this user";
}

/**
 * The program that does the chatting, if one is installed: `HERMES_AGENT`, else the Hermes agent in its
 * usual place; null means the built-in one. Never this executable itself. Throws with exit code 78 where
 * `HERMES_AGENT` names no program.
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

/** As many bytes of a program's first line as Linux looks at (execve(2)). */
const FIRST_LINE = 255;
const INTERPRETER = /^#![ \t]*(\/[^ \t\n]*)/;

/**
 * Refuses, with exit code 78, a script whose interpreter is not there: one of a Python environment whose
 * Python went with another image. The system's own word for that is that the script is missing.
 */
export function checkInterpreter(host: Host, agent: string): void {
  const start = new TextDecoder().decode(
    host.files.readBytes(agent, FIRST_LINE) ?? new Uint8Array(),
  );
  const interpreter = INTERPRETER.exec(start)?.[1];
  if (interpreter === undefined || host.files.exists(interpreter)) return;
  throw refuse(
    `Cannot use the agent ${agent}: its first line asks for ${JSON.stringify(interpreter)}, which is not there`,
    interpreter.endsWith("\r")
      ? "save the file with the line ends of Unix, without carriage returns"
      : "install the agent again, or correct that line",
  );
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
  throw refuse(
    `Cannot use the agent ${agent}: it leads back to hermes`,
    "let HERMES_AGENT name the agent itself, not a script that calls hermes with the same words",
  );
}
