import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";

/**
 * Returns the user that root becomes before it touches the volume: hermes. Null if this process is not root, or if there
 * is no such user; then it touches the volume itself.
 */
export function findVolumeUser({ users }: Host): User | null {
  return users.currentUid() === 0 ? users.findUserByName("hermes") : null;
}
