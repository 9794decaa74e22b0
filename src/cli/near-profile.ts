import { AppError } from "../core/errors.ts";
import { listProfiles } from "../profiles/store.ts";
import type { App } from "./app.ts";
import { nearest } from "./nearest.ts";

/** A failure about a profile that does not exist, with the existing one that may have been meant. */
export function withNearProfile(app: App, error: unknown): unknown {
  if (!(error instanceof AppError) || error.profile === undefined) return error;
  const near = nearest(error.profile, listProfiles(app.host, app.home.root));
  if (near === null || near === error.profile) return error;
  const { code, message, detail, exitCode, cause } = error;
  const hint = `did you mean '${near}'? \`hermes profile list\` shows them all`;
  const more = detail === undefined ? {} : { detail };
  return new AppError(code, message, { ...more, hint, exitCode, cause });
}
