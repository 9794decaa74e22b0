import { basename, dirname, join, resolve } from "node:path";
import { AppError } from "../core/errors.ts";
import { parseProfileName, type ProfileName } from "./name.ts";

/** The directories of one installation of Hermes. */
export interface HermesHome {
  /** The volume: the root profile's directory, absolute. */
  readonly root: string;
  /** The profile that HERMES_HOME names; null if it names the installation alone. */
  readonly currentProfile: ProfileName | null;
}

/**
 * Reads `HERMES_HOME`, or takes `~/.hermes`. If it is `<root>/profiles/<name>`, the root is `<root>` and it names
 * the profile `<name>`. Throws if it is not an absolute path.
 */
export function resolveHermesHome(
  environment: Readonly<Record<string, string | undefined>>,
  userHome: string,
): HermesHome {
  const given = environment["HERMES_HOME"] ?? "";
  if (given !== "" && !given.startsWith("/")) {
    throw new AppError("usage", `HERMES_HOME=${JSON.stringify(given)} is not an absolute path`, {
      hint: "give the whole path, one that begins with /",
    });
  }
  const path = given === "" ? join(userHome, ".hermes") : resolve(given);
  const parent = dirname(path);
  if (basename(parent) === "profiles") {
    const parsed = parseProfileName(basename(path));
    if (parsed.ok) return { root: dirname(parent), currentProfile: parsed.name };
  }
  return { root: path, currentProfile: null };
}
