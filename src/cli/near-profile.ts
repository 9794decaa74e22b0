import { AppError } from "../core/errors.ts";
import { readCurrentProfile } from "../profiles/current.ts";
import { listProfiles } from "../profiles/store.ts";
import type { App } from "./app.ts";
import { nearest } from "./nearest.ts";

/** Whether a profile that nobody named here is the one that `hermes profile use` chose. */
function isInUse({ host, home }: App, profile: string): boolean {
  if (home.currentProfile !== null) return false;
  try {
    return readCurrentProfile(host, home.root) === profile;
  } catch {
    return false;
  }
}

/**
 * A failure about a profile that does not exist, with where its name came from where the command line does not name
 * it, else with the existing one that may have been meant.
 */
export function withNearProfile(
  app: App,
  error: unknown,
  isNamed: (profile: string) => boolean,
): unknown {
  if (!(error instanceof AppError) || error.profile === undefined) return error;
  const near = nearest(error.profile, listProfiles(app.host, app.home.root));
  const inUse = !isNamed(error.profile) && isInUse(app, error.profile);
  if (!inUse && (near === null || near === error.profile)) return error;
  const { code, message, detail, exitCode, cause } = error;
  const hint = inUse
    ? "it is the profile in use; choose one that exists with `hermes profile use NAME`"
    : `did you mean '${near}'? \`hermes profile list\` shows them all`;
  const more = detail === undefined ? {} : { detail };
  return new AppError(code, message, { ...more, hint, exitCode, cause });
}
