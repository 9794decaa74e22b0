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
