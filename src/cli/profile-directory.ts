import { AppError } from "../core/errors.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { profileExists } from "../profiles/store.ts";
import type { App } from "./app.ts";

/**
 * Returns the directory of the profile that a command acts for. Throws, with `verb`, if there is no such profile.
 */
export function requireDirectory({ host, home, profile }: App, verb: string): string {
  if (profileExists(host, home.root, profile)) return profileDirectory(home.root, profile);
  throw new AppError("no-such-profile", `Cannot ${verb} '${profile}': no such profile`, {
    hint: `create it with \`hermes profile create ${profile}\``,
    profile,
  });
}
