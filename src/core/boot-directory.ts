import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** The directory of the boot. It belongs to root: no other user can name a process to be signalled. */
export const BOOT_DIRECTORY = "/run/hermes-boot";
/** The locks, as a shell pattern; a gateway that starts holds one of them. */
export const START_LOCKS = join(BOOT_DIRECTORY, "start-*.lock");
const SHUTDOWN_NOTICE = join(BOOT_DIRECTORY, "shutting-down");

/** Makes a lock for each gateway that may start at the same time, for root alone. Throws the system's error. */
export function makeStartLocks(host: Host, count: number): void {
  for (let lock = 0; lock < count; lock += 1) {
    const path = join(BOOT_DIRECTORY, `start-${lock}.lock`);
    if (!host.files.exists(path)) host.files.createFile(path, "", 0o600);
  }
}

/** Announces that the container goes down: an exit from now on is no crash. */
export function announceShutdown(host: Host): void {
  host.files.ensureDirectory(BOOT_DIRECTORY, 0o755);
  host.files.writeFileAtomically(SHUTDOWN_NOTICE, "", 0o644);
}

export function isShutdownAnnounced(host: Host): boolean {
  return host.files.exists(SHUTDOWN_NOTICE);
}
