import { dirname, join } from "node:path";
import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";
import { BOOT_DIRECTORY, makeStartLocks } from "../profiles/boot-directory.ts";
import { ROOT_DIRECTORIES } from "../profiles/paths.ts";
import { isSeeded } from "../profiles/store.ts";
import { setContainerVariable } from "./container-environment.ts";
import { isContainerTerminalSession } from "./detect-tui.ts";
import { prepareUser } from "./identity.ts";
import { describeForeignVolume, repairOwnership } from "./ownership.ts";
import { seedVolume } from "./seed.ts";
import { isMainService, keepServiceDown } from "./static-services.ts";
import { findWritableParent, isPossibleVolume } from "./volume-path.ts";

const RUN = "/run";
const ROOT_RUN_DIRECTORIES = ["/run/hermes-alias", BOOT_DIRECTORY] as const;
const USER_RUN_DIRECTORY = "/run/hermes";

const DEFAULT_STARTS = 4;
const MOST_STARTS = 64;

/** How many gateways may start at the same time: `HERMES_GATEWAY_STARTS`, from 1 to 64. */
export function readStartLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment["HERMES_GATEWAY_STARTS"] ?? "";
  const number = /^\d{1,4}$/.test(text) ? Number(text) : DEFAULT_STARTS;
  return Math.min(MOST_STARTS, Math.max(1, number));
}

function attempt(host: Host, what: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    host.output.note(`warning: cannot ${what}: ${host.files.describeSystemError(error)}`);
  }
}

/** Looked at as hermes: a link that it made may lead to where only root may look. */
function isWholeVolumeSeeded(host: Host, root: string, user: User): boolean {
  try {
    return host.users.actAsUser(user, () => isSeeded(host, root, ROOT_DIRECTORIES));
  } catch {
    return false;
  }
}

/** Seeds in a child that becomes hermes first, so that root writes nothing on the volume. */
async function seedAsUser(host: Host, root: string, user: User): Promise<void> {
  if (isWholeVolumeSeeded(host, root, user)) return;
  const executable = join(dirname(host.self.executable), "hermes-boot");
  const result = await host.processes.runCommand([executable, "volume", "seed"], {
    timeoutMs: 60_000,
    environment: { PATH: host.environment["PATH"] ?? "/usr/bin:/bin", HERMES_HOME: root },
  });
  if (result.stderr !== "") host.output.note(result.stderr.trimEnd());
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

/** Tells the services and the command what is known of the latter. */
function describeCommand(host: Host): void {
  if (isContainerTerminalSession(host)) setContainerVariable(host, "HERMES_TUI_MODE", "1");
  if (!isMainService(host)) keepServiceDown(host, "main-hermes");
  // s6-rc reads it again for the shutdown, where its warnings are about services of its own.
  if (host.environment["S6_VERBOSITY"] === "1") setContainerVariable(host, "S6_VERBOSITY", "0");
}

/** Makes the volume hermes' own, unless it is the system's or hermes could lead root elsewhere on the way. */
async function prepareVolume(host: Host, root: string, user: User): Promise<void> {
  const warn = (warning: string) => host.output.note(`warning: ${warning}`);
  if (!isPossibleVolume(root)) {
    const hint = "set HERMES_HOME to a directory of its own, such as /opt/data";
    warn(`refusing to give ${root} to hermes: it is the system's; ${hint}`);
    return;
  }
  attempt(host, `make ${root}`, () => {
    // What is below a directory of hermes', hermes makes when it seeds.
    if (findWritableParent(host, root, user) === null) host.files.ensureDirectory(root, 0o755);
  });
  const { warnings } = await repairOwnership(host, root, user);
  for (const warning of warnings) warn(warning);
}

/**
 * Prepares the user's ids and the run-time directories. Returns the user whom root prepares them for; null where
 * the container is hermes altogether. What fails is a warning.
 */
export function prepareRun(host: Host): User | null {
  for (const path of ROOT_RUN_DIRECTORIES) {
    attempt(host, `make ${path}`, () => host.files.ensureDirectory(path, 0o755));
  }
  attempt(host, "make the start locks", () =>
    makeStartLocks(host, readStartLimit(host.environment)),
  );
  const image = host.users.currentUid() === 0 ? host.users.findUserByName("hermes") : null;
  if (image === null) {
    attempt(host, `make ${USER_RUN_DIRECTORY}`, () =>
      host.files.ensureDirectory(USER_RUN_DIRECTORY, 0o755),
    );
    return null;
  }
  const user = prepareUser(host, image);
  attempt(host, `make ${USER_RUN_DIRECTORY}`, () => makeRuntimeDirectory(host, user));
  return user;
}

/** Prepares the volume for a user, or for ourselves: its owner, and the seed. What fails is a warning. */
export async function prepareHome(host: Host, root: string, user: User | null): Promise<void> {
  if (user === null) {
    const warning = describeForeignVolume(host, root);
    if (warning !== null) host.output.note(`warning: ${warning}`);
    seedVolume(host, root);
    return;
  }
  await prepareVolume(host, root, user);
  await seedAsUser(host, root, user);
}

/**
 * What must be true before anything else at boot: who runs the main program, the user's ids, the run-time
 * directories, the volume and its owner, the seed. Nothing here ends the boot; what fails is a warning.
 */
export async function setUpContainer(host: Host, root: string): Promise<void> {
  attempt(host, "tell the services of the command", () => describeCommand(host));
  await prepareHome(host, root, prepareRun(host));
}
