import { noSuchGateway, requireProfile } from "../gateway/registration.ts";
import { isProfileGone } from "../profiles/store.ts";
import type { App } from "./app.ts";

/** Throws, with exit code 4, if the profile does not exist: a typing error, most likely. */
export function requireGateway({ host, home, profile }: App): void {
  requireProfile({ host, root: home.root }, profile);
}

/**
 * Throws, with exit code 4, if the command line names a profile that is neither on the volume nor registered, for
 * commands that look at all of them. A broken profile counts as there.
 */
export async function requireNamedGateway(app: App): Promise<void> {
  const { host, home } = app;
  if (!app.isNamed || !isProfileGone(host, home.root, app.profile)) return;
  const manager = await app.manager();
  if (!manager.list().includes(app.profile)) throw noSuchGateway(app.profile);
}
