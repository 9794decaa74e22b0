import { tryTo, warn } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";
import { BOOT_DIRECTORY, makeStartLocks } from "../core/boot-directory.ts";
import { findVolumeUser } from "../core/volume-user.ts";
import { readContainerVariable, setContainerVariable } from "./container-environment.ts";
import { isContainerTerminalSession } from "./detect-tui.ts";
import { describeIgnoredIds, prepareUser } from "./identity.ts";
import { describeForeignVolume, repairOwnership } from "./ownership.ts";
import { disableService } from "../services/image/static-services.ts";
import { isMainService } from "./container-command.ts";
import { findWritableParent, isPossibleVolume } from "./volume-path.ts";

const RUN = "/run";
const ROOT_RUN_DIRECTORIES = ["/run/hermes-alias", BOOT_DIRECTORY] as const;
const USER_RUN_DIRECTORY = "/run/hermes";

const DEFAULT_STARTS = 4;
const MOST_STARTS = 64;

/** Number of gateways that may start at the same time: `HERMES_GATEWAY_STARTS`, from 1 to 64. */
export function readStartLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment["HERMES_GATEWAY_STARTS"] ?? "";
  const number = /^\d{1,4}$/.test(text) ? Number(text) : DEFAULT_STARTS;
  return Math.min(MOST_STARTS, Math.max(1, number));
}

/** Makes hermes' own run-time directory; without CAP_CHOWN root cannot give one away, so hermes makes it. */
function makeRuntimeDirectory(host: Host, user: User): void {
  host.files.ensureDirectory(USER_RUN_DIRECTORY, 0o755);
  const status = host.files.readStatus(USER_RUN_DIRECTORY);
  if (status?.uid === user.uid && status.gid === user.gid) return;
  try {
    host.files.setOwner(USER_RUN_DIRECTORY, user.uid, user.gid);
  } catch (error) {
    if (host.files.errorCode(error) !== "EPERM") throw error;
    host.files.removeTree(USER_RUN_DIRECTORY);
    host.files.setMode(RUN, 0o1777);
    host.users.withUser(user, () => host.files.createDirectory(USER_RUN_DIRECTORY, 0o755));
    host.files.setMode(RUN, 0o755);
  }
}

/** Tells the services of the command, and disables those that it does not need, before they start (cont-init.d). */
export function prepareServices(host: Host): void {
  tryTo(host, "tell the command that it is a terminal session", () => {
    if (isContainerTerminalSession(host)) setContainerVariable(host, "HERMES_TUI_MODE", "1");
  });
  tryTo(host, "disable the service main-hermes", () => {
    if (!isMainService(host)) disableService(host, "main-hermes");
  });
  // s6-rc reads it again at shutdown, when its warnings are about its own services.
  tryTo(host, "change S6_VERBOSITY", () => {
    if (host.environment["S6_VERBOSITY"] === "1") setContainerVariable(host, "S6_VERBOSITY", "0");
  });
}

/** Makes the volume hermes' own, unless it is the system's or hermes could lead root elsewhere on the way. */
async function prepareVolume(host: Host, root: string, user: User): Promise<void> {
  if (!isPossibleVolume(root)) {
    const hint = "set HERMES_HOME to a directory of its own, such as /opt/data";
    warn(host, [`refusing to give ${root} to hermes: it is the system's; ${hint}`]);
    return;
  }
  tryTo(host, `make ${root}`, () => {
    // hermes makes the entries below its own directories when it seeds.
    if (findWritableParent(host, root, user) === null) host.files.ensureDirectory(root, 0o755);
  });
  // The walk is fast from here, and the directory in which the container's command starts is no place for root.
  host.self.enterDirectory("/");
  const { warnings } = await repairOwnership(host, root, user);
  warn(host, warnings);
}

/**
 * Gives services and commands USER and LOGNAME, which the container's engine does not set; root's become hermes' later.
 */
function nameServiceUser(host: Host): void {
  const user = host.users.findUserById(host.users.currentUid());
  for (const name of ["USER", "LOGNAME"]) {
    if (user === null || readContainerVariable(host, name) !== null) continue;
    setContainerVariable(host, name, user.name);
  }
}

/** Prepares the user's ids and the run-time directories. What fails is a warning. */
export function prepareRun(host: Host): void {
  tryTo(host, "name the user of the services", () => nameServiceUser(host));
  const ignored = describeIgnoredIds(host);
  if (ignored !== null) host.output.note(`warning: ${ignored}`);
  for (const path of ROOT_RUN_DIRECTORIES) {
    tryTo(host, `make ${path}`, () => host.files.ensureDirectory(path, 0o755));
  }
  tryTo(host, "make the start locks", () => makeStartLocks(host, readStartLimit(host.environment)));
  const image = findVolumeUser(host);
  if (image === null) {
    tryTo(host, `make ${USER_RUN_DIRECTORY}`, () =>
      host.files.ensureDirectory(USER_RUN_DIRECTORY, 0o755),
    );
    return;
  }
  const user = prepareUser(host, image);
  tryTo(host, `make ${USER_RUN_DIRECTORY}`, () => makeRuntimeDirectory(host, user));
}

/** Gives the volume to hermes, or, in a rootless container, says why hermes cannot write to it. */
export async function prepareOwnership(host: Host, root: string): Promise<void> {
  const user = findVolumeUser(host);
  if (user !== null) return prepareVolume(host, root, user);
  const warning = describeForeignVolume(host, root);
  if (warning !== null) host.output.note(`warning: ${warning}`);
}
