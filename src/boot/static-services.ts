import { basename, join } from "node:path";
import { waitUntil } from "../core/wait-until.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { DEFAULT_SCAN_DIRECTORY } from "../services/s6/layout.ts";
import { findS6Program } from "../services/s6/programs.ts";
import { DISABLED, STATIC_SERVICES, type StaticServiceName } from "../services/static-services.ts";
import { isDashboardCommand } from "./command-words.ts";
import { findContainerCommand, isInitWithoutCommand } from "./container-command.ts";

/**
 * Returns true if the service main-hermes is the container's main program: only if the init was given no command,
 * and not for a terminal session, since a service has no terminal.
 */
export function isMainService(host: Host): boolean {
  return isInitWithoutCommand(host) && !isSwitchOn(host.environment["HERMES_TUI"]);
}

/**
 * Returns true if the dashboard is served beside the container's command: if `HERMES_DASHBOARD` is on, and the
 * command is not the dashboard itself, which then has the address.
 */
export function isDashboardService(host: Host): boolean {
  if (!isSwitchOn(host.environment["HERMES_DASHBOARD"])) return false;
  return !isDashboardCommand(findContainerCommand(host)?.args ?? []);
}

/**
 * Disables a static service: its `run` does not start the program then, and its `finish` has s6 leave it alone. For
 * cont-init.d, before the services start. s6's own mark, a file `down`, does not do: s6-rc takes it away.
 */
export function disableService(host: Host, service: StaticServiceName): void {
  const directory = join(DEFAULT_SCAN_DIRECTORY, service);
  const mark = join(directory, DISABLED);
  if (!host.files.isDirectory(directory) || host.files.readStatus(mark) !== null) return;
  host.files.createFile(mark, "", 0o644);
}

/** Returns true if the boot has disabled a static service. */
export function isServiceDisabled(host: Host, service: StaticServiceName): boolean {
  return host.files.exists(join(DEFAULT_SCAN_DIRECTORY, service, DISABLED));
}

const LISTENER = "ftrig1:";
const LISTENERS_LIMIT_MS = 2000;
const LOOK_MS = 10;

/**
 * Waits, at most 2 s, until no process waits for the start of a service any more. If a service exits while s6-rc
 * still reads the notice of its start, s6-ftrigrd has more to write than is read, and complains.
 */
export async function waitForNoListener(host: Host, service: StaticServiceName): Promise<void> {
  const events = join(DEFAULT_SCAN_DIRECTORY, service, "event");
  const isQuiet = () => {
    const listed = host.files.listDirectory(events);
    return listed.kind !== "names" || !listed.names.some((name) => name.startsWith(LISTENER));
  };
  await waitUntil(host, isQuiet, LISTENERS_LIMIT_MS, LOOK_MS);
}

const PERMISSIONS_LIMIT_MS = 10_000;

/** The locks of s6-rc, which s6-overlay waits for when the container stops; the fallback init has none. */
const S6_RC_LOCKS = ["/run/s6-rc/lock", "/run/s6/db/lock"] as const;

/**
 * Lets the group hermes watch and command the image's static services. Nothing to do in a rootless container, whose
 * services are hermes' own. Throws an `io` error if s6 refuses.
 */
export async function shareStaticServices(host: Host): Promise<void> {
  if (host.users.currentUid() !== 0) return;
  const services = STATIC_SERVICES.map((name) => join(DEFAULT_SCAN_DIRECTORY, name)).filter(
    (directory) => host.files.exists(join(directory, "supervise", "control")),
  );
  // Before hermes runs, and before the directories are opened: a process that can open a lock can hold it.
  for (const lock of [...S6_RC_LOCKS, ...services.map((one) => join(one, "supervise", "lock"))]) {
    if (host.files.exists(lock)) host.files.setMode(lock, 0o600);
  }
  if (services.length === 0) return;
  const setPermissions = async (flag: string, directories: readonly string[]) => {
    const command = [findS6Program(host, "s6-svperms"), flag, "hermes", "--", ...directories];
    const options = { timeoutMs: PERMISSIONS_LIMIT_MS };
    return (await host.processes.runCommand(command, options)).exitCode === 0;
  };
  const isShared = await setPermissions("-G", services);
  // What answers hermes is not hermes' to stop.
  const registrar = services.filter((directory) => basename(directory) === "registrar");
  if (isShared && (registrar.length === 0 || (await setPermissions("-g", registrar)))) return;
  host.output.note(
    `warning: hermes cannot watch and command the services '${STATIC_SERVICES.join(" ")}'`,
  );
}
