import { bootExecutable } from "./boot-executable.ts";
import type { Host } from "../host/host.ts";
import type { CommandResult } from "../host/processes.ts";
import type { User } from "../host/users.ts";

/**
 * Returns the user that root becomes before it touches the volume: hermes. Null if this process is not root, or if
 * there is no such user; then it touches the volume itself.
 */
export function findVolumeUser({ users }: Host): User | null {
  return users.currentUid() === 0 ? users.findUserByName("hermes") : null;
}

/** Milliseconds for a child that looks at the volume, or writes to it. */
const CHILD_LIMIT_MS = 30_000;

/** Runs `hermes-boot volume WORDS`, which becomes hermes, for root, who touches nothing on the volume. */
export async function runOnVolume(
  host: Host,
  root: string,
  words: readonly string[],
  stdin = "",
): Promise<CommandResult> {
  return host.processes.runCommand([bootExecutable(host), "volume", ...words], {
    timeoutMs: CHILD_LIMIT_MS,
    stdin,
    environment: { PATH: host.environment["PATH"] ?? "/usr/bin:/bin", HERMES_HOME: root },
  });
}

/**
 * Does `work` with hermes' rights, also for root, who stays root: a link of hermes' in the way would lead root to
 * another file. `work` must not wait for anything.
 */
export function asVolumeUser<T>(host: Host, work: () => T): T {
  const user = findVolumeUser(host);
  return user === null ? work() : host.users.actAsUser(user, work);
}
