import { join, basename, dirname } from "node:path";
import { DEFAULT_PROFILE, parseProfileName, type ProfileName } from "./name.ts";

/** Where one installation of Hermes lives on disk. */
export interface HermesHome {
  /** The volume: the root profile's directory, absolute. */
  readonly root: string;
  /** The profile that a command without `-p` acts for. */
  readonly currentProfile: ProfileName;
}

/**
 * `HERMES_HOME`, or `~/.hermes`. If it is `<root>/profiles/<name>`, the root is `<root>` and the
 * current profile is `<name>`.
 */
export function resolveHermesHome(
  environment: Readonly<Record<string, string | undefined>>,
  userHome: string,
): HermesHome {
  const given = environment["HERMES_HOME"]?.replace(/(?<=.)\/+$/, "");
  const path = given === undefined || given === "" ? join(userHome, ".hermes") : given;
  const parent = dirname(path);
  if (basename(parent) === "profiles") {
    const parsed = parseProfileName(basename(path));
    if (parsed.ok) return { root: dirname(parent), currentProfile: parsed.name };
  }
  return { root: path, currentProfile: DEFAULT_PROFILE };
}
