import { findUserByName } from "./users.ts";

/**
 * Returns true if this process may follow a link on the volume: every user may, with its own rights, and root only if
 * there is no user hermes who could have put the link there.
 */
export function mayFollowLinks(): boolean {
  return process.geteuid?.() !== 0 || findUserByName("hermes") === null;
}
