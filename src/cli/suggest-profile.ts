import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { readCurrentProfile } from "../profiles/current.ts";
import { profilesDirectory } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import type { App } from "./app.ts";
import { nearest } from "./nearest.ts";

/** Returns true if the profile was chosen by `hermes profile use` and not named on the command line. */
function isInUse({ host, home }: App, profile: string): boolean {
  if (home.currentProfile !== null) return false;
  try {
    return readCurrentProfile(host, home.root) === profile;
  } catch {
    return false;
  }
}

/**
 * Returns the directory whose name differs from a profile only in capital letters, which no name may have; or null.
 */
function findCapitalized({ host, home }: App, profile: string): string | null {
  const outcome = host.files.listDirectory(profilesDirectory(home.root));
  const names = outcome.kind === "names" ? outcome.names : [];
  return names.find((name) => name !== profile && name.toLowerCase() === profile) ?? null;
}

function renameHint({ home }: App, from: string, to: string): string {
  const [source, target] = [from, to].map((name) => join(profilesDirectory(home.root), name));
  return `rename ${source} to ${target}: names are in small letters`;
}

function withHint({ code, message, exitCode, cause }: AppError, hint: string): AppError {
  return new AppError(code, message, { hint, exitCode, cause });
}

/**
 * Adds to the failure about a missing profile: the source of its name if the command line does not name it, else a
 * similar profile that exists.
 */
export function suggestProfile(
  app: App,
  error: unknown,
  isNamed: (profile: string) => boolean,
): unknown {
  if (!(error instanceof AppError) || error.profile === undefined) return error;
  const capitalized = findCapitalized(app, error.profile);
  if (capitalized !== null) return withHint(error, renameHint(app, capitalized, error.profile));
  const near = nearest(error.profile, listProfiles(app.host, app.home.root));
  const inUse = !isNamed(error.profile) && isInUse(app, error.profile);
  if (!inUse && (near === null || near === error.profile)) return error;
  const hint = inUse
    ? "it is the profile in use; choose one that exists with `hermes profile use NAME`"
    : `did you mean '${near}'? \`hermes profile list\` shows them all`;
  return withHint(error, hint);
}
