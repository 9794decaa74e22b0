import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** The boot's own directory: root's, so that nobody else can name a process to be signalled. */
export const BOOT_DIRECTORY = "/run/hermes-boot";
/** The locks of which a starting gateway holds one, as a shell pattern. */
export const START_LOCKS = join(BOOT_DIRECTORY, "start-*.lock");
const SHUTDOWN_NOTICE = join(BOOT_DIRECTORY, "shutting-down");

/** Makes as many locks as gateways may start at the same time, each root's alone. Throws the system's error. */
export function makeStartLocks(host: Host, count: number): void {
  for (let lock = 0; lock < count; lock += 1) {
    const path = join(BOOT_DIRECTORY, `start-${lock}.lock`);
    if (!host.files.exists(path)) host.files.createFile(path, "", 0o600);
  }
}

/** Announces that the container goes down: what ends from now on did not crash. */
export function announceShutdown(host: Host): void {
  host.files.ensureDirectory(BOOT_DIRECTORY, 0o755);
  host.files.writeFileAtomically(SHUTDOWN_NOTICE, "", 0o644);
}

export function isShutdownAnnounced(host: Host): boolean {
  return host.files.exists(SHUTDOWN_NOTICE);
}
