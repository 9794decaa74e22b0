import { findOnPath } from "../../core/search-path.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { describeAbort } from "../../core/system-failure.ts";
import type { Host } from "../../host/host.ts";
import type { CommandResult } from "../../host/processes.ts";

export type S6Program =
  | "s6-log"
  | "s6-notifyoncheck"
  | "s6-setlock"
  | "s6-setuidgid"
  | "s6-softlimit"
  | "s6-sudo"
  | "s6-svc"
  | "s6-svscanctl"
  | "s6-svstat"
  | "s6-ipcserver"
  | "s6-ipcserver-access"
  | "s6-permafailon"
  | "s6-sudod"
  | "s6-svperms"
  | "s6-svwait";

const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** Returns the absolute path of an s6 program: `/command/<program>` if it exists, else the one on PATH. */
export function findS6Program(host: Host, program: S6Program): string {
  const path = host.environment["PATH"] ?? DEFAULT_PATH;
  const found = findOnPath(host, `/command:${path}`, program);
  if (found !== null) return found;
  throw new AppError("service-manager", `Cannot find ${program} in /command or on PATH`, {
    hint: "run this inside the container, or install s6",
  });
}

/** The environment of s6 programs: they need no more than a PATH to find each other. */
function environmentOf(host: Host): Record<string, string> {
  return { PATH: `/command:${host.environment["PATH"] ?? DEFAULT_PATH}` };
}

/** Runs an s6 program to its end. */
export async function runS6(
  host: Host,
  program: S6Program,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<CommandResult> {
  const path = findS6Program(host, program);
  return host.processes.runCommand([path, ...args], {
    timeoutMs,
    environment: environmentOf(host),
  });
}

/**
 * `s6-svc start on 'gateway-coder' failed (rc=111): <its stderr>` as an error; a limit says so, and has exit code 75.
 */
export function s6Failure(program: S6Program, what: string, result: CommandResult): AppError {
  const { startFailure } = result;
  if (startFailure?.exitCode === ExitCode.tryAgain) {
    const { hint, exitCode } = startFailure;
    return new AppError("io", `${program} ${what} failed: ${startFailure.message}`, {
      ...(hint === undefined ? {} : { hint }),
      exitCode,
      cause: startFailure.cause,
    });
  }
  const end = result.exitCode === null ? `signal=${result.signal}` : `rc=${result.exitCode}`;
  const said = describeAbort(result.stderr) ?? result.stderr.trim().split("\n").join("; ");
  const why = said === "" ? (result.timedOut ? "it did not end in time" : "it said nothing") : said;
  return new AppError("service-manager", `${program} ${what} failed (${end}): ${why}`);
}

/** Runs an s6 program. Throws if it does not exit 0. */
export async function runS6Strictly(
  host: Host,
  program: S6Program,
  what: string,
  args: readonly string[],
): Promise<void> {
  const result = await runS6(host, program, args);
  if (result.exitCode !== 0) throw s6Failure(program, what, result);
}
