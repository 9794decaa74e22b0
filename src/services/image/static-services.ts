import { basename, join } from "node:path";
import { waitUntil } from "../../core/wait-until.ts";
import type { Host } from "../../host/host.ts";
import type { StaticService } from "../manager.ts";
import { DEFAULT_SCAN_DIRECTORY, servicePath } from "../s6/layout.ts";
import { findS6Program } from "../s6/programs.ts";
import { readService } from "../s6/status.ts";

/** The image's services that belong to no profile, in the order in which people ask about them. */
export const STATIC_SERVICES = ["main-hermes", "dashboard", "registrar"] as const;

/** The name of one of them. */
export type StaticServiceName = (typeof STATIC_SERVICES)[number];

/** The file in its directory with which the boot disables a service; s6's own, `down`, is taken away by s6-rc. */
const DISABLED = "disabled";

/** Returns the directory of a static service, which the image's own s6-svscan scans, whatever the environment says. */
export function staticServiceDirectory(service: StaticServiceName): string {
  return join(DEFAULT_SCAN_DIRECTORY, service);
}

/** Asks s6 about the image's static services; those that are not declared here are left out. */
export async function readStaticServices(host: Host): Promise<readonly StaticService[]> {
  const present = STATIC_SERVICES.filter((name) => host.files.exists(servicePath(host, name)));
  return Promise.all(
    present.map(async (name) => {
      const directory = servicePath(host, name);
      return {
        name,
        reading: await readService(host, name),
        notifiesReadiness: host.files.exists(join(directory, "notification-fd")),
        isDisabled: host.files.exists(join(directory, DISABLED)),
      };
    }),
  );
}

/**
 * Disables a static service: its `run` does not start the program then, and its `finish` has s6 leave it alone. For
 * cont-init.d, before the services start. s6's own mark, a file `down`, does not do: s6-rc takes it away.
 */
export function disableService(host: Host, service: StaticServiceName): void {
  const directory = staticServiceDirectory(service);
  const mark = join(directory, DISABLED);
  if (!host.files.isDirectory(directory) || host.files.readStatus(mark) !== null) return;
  host.files.createFile(mark, "", 0o644);
}

/** Returns true if the boot has disabled a static service. */
export function isServiceDisabled(host: Host, service: StaticServiceName): boolean {
  return host.files.exists(join(staticServiceDirectory(service), DISABLED));
}

const LISTENER = "ftrig1:";
const LISTENERS_LIMIT_MS = 2000;
const LOOK_MS = 10;

/**
 * Waits, at most 2 s, until no process waits for the start of a service any more. If a service exits while s6-rc still
 * reads the notice of its start, s6-ftrigrd has more to write than is read, and complains.
 */
export async function waitForNoListener(host: Host, service: StaticServiceName): Promise<void> {
  const events = join(staticServiceDirectory(service), "event");
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
  const services = STATIC_SERVICES.map(staticServiceDirectory).filter((directory) =>
    host.files.exists(join(directory, "supervise", "control")),
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
  // hermes may not stop a service that answers hermes.
  const registrar = services.filter((directory) => basename(directory) === "registrar");
  if (isShared && (registrar.length === 0 || (await setPermissions("-g", registrar)))) return;
  host.output.note(
    `warning: hermes cannot watch and command the services '${STATIC_SERVICES.join(" ")}'`,
  );
}

/**
 * Returns the command with which a `finish` ends if the service is to start again, unless it exits with 1 five times in
 * 60 s.
 */
export function limitedRestartCommand(host: Host): readonly string[] {
  return [findS6Program(host, "s6-permafailon"), "60", "5", "1", "/bin/true"];
}
