import { findUserByName } from "./users.ts";

/**
 * Whether this process may follow a link on the volume: every user may, with its own rights, and root only where no
 * user hermes could have put the link there.
 */
export function mayFollowLinks(): boolean {
  return process.geteuid?.() !== 0 || findUserByName("hermes") === null;
}
