import type { ProfileName } from "../profiles/name.ts";
import { noSuchProfile, profileExists } from "../profiles/store.ts";
import type { App } from "./app.ts";

/** Throws, with exit code 4, if there is no such profile; `verb` is what cannot be done with it. */
export function requireProfile({ host, home }: App, name: ProfileName, verb: string): void {
  if (profileExists(host, home.root, name)) return;
  const hint = `create it with \`hermes profile create ${name}\`, or see \`hermes profile list\``;
  throw noSuchProfile(verb, name, hint);
}
