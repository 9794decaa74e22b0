import { join } from "node:path";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { DEFAULT_SCAN_DIRECTORY } from "../services/s6/layout.ts";
import { STAY_DOWN } from "../services/s6/static.ts";
import { isInitWithoutCommand } from "./container-command.ts";

/**
 * Whether the service main-hermes is the container's main program: only where the init was given no
 * command, and not where somebody wants a terminal session, which no service can have.
 */
export function isMainService(host: Host): boolean {
  return isInitWithoutCommand(host) && !isSwitchOn(host.environment["HERMES_TUI"]);
}

/**
 * Marks a static service as one that stays down: its `run` does not start the program then, and its
 * `finish` has s6 leave it alone. For cont-init.d, before the services start. s6's own mark, a file
 * `down`, does not do: s6-rc takes it away.
 */
export function keepServiceDown(host: Host, service: string): void {
  const directory = join(DEFAULT_SCAN_DIRECTORY, service);
  const mark = join(directory, STAY_DOWN);
  if (!host.files.isDirectory(directory) || host.files.readStatus(mark) !== null) return;
  host.files.createFile(mark, "", 0o644);
}
