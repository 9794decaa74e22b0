import { quietly } from "../core/attempt.ts";
import { AppError, gatewayReason } from "../core/errors.ts";
import { findMountAt } from "../core/mounts.ts";
import { requireFailure } from "../core/system-failure.ts";
import { aliasPath } from "./alias.ts";
import { completeDeletion } from "./delete.ts";
import { isDeletionPending } from "./deletion-steps.ts";
import { DEFAULT_PROFILE, type ProfileName } from "./name.ts";
import { configPath, environmentFilePath, gatewayLogDirectory, profileDirectory } from "./paths.ts";
import { withProfileLock, type ProfileChange } from "./profile-lock.ts";
import {
  commitRename,
  forgetRename,
  noteRename,
  readRenameNote,
  settleRename,
  type RenameNote,
} from "./rename-steps.ts";
import { moveGatewayFiles } from "./runtime-directory.ts";
import { isProfileGone, noSuchProfile, profileExists } from "./store.ts";

/** Returns why a rename is not begun. */
function refuseRename(from: ProfileName, to: ProfileName, why: string, hint?: string): AppError {
  const message = `Cannot rename profile '${from}' to '${to}': ${why}`;
  return new AppError("refused", message, { hint });
}

/** Refuses to move what the container's engine mounts under the old name at every start. */
function refuseMounts({ host, root }: ProfileChange, from: ProfileName, to: ProfileName): void {
  for (const pathOf of [profileDirectory, gatewayLogDirectory]) {
    const mount = findMountAt(host, pathOf(root, from));
    if (mount === null) continue;
    const target = pathOf(root, to);
    const hint =
      mount === pathOf(root, from)
        ? `start the container with ${target} as the place of that mount`
        : `start the container without that mount, rename the profile, and mount it below ${target}`;
    throw refuseRename(from, to, `${mount} is mounted there`, hint);
  }
}

/** Refuses what could not be undone, before anything is done. */
function checkNames(change: ProfileChange, from: ProfileName, to: ProfileName): void {
  const { host, root, gateways } = change;
  if (from === DEFAULT_PROFILE || to === DEFAULT_PROFILE) {
    throw refuseRename(from, to, "'default' is the installation itself");
  }
  if (!profileExists(host, root, from)) throw noSuchProfile("rename", from);
  refuseMounts(change, from, to);
  const target = profileDirectory(root, to);
  if (host.files.readStatus(target) !== null) {
    throw refuseRename(from, to, `${target} exists already`, "choose another name");
  }
  if (gateways.manager.list().includes(to)) {
    throw refuseRename(
      from,
      to,
      `gateway '${to}' is still registered, but its profile is gone`,
      `take it away with \`hermes profile delete ${to} -y\`, or choose another name`,
    );
  }
}

/** Refuses if an unsupervised process uses the directory: it would create the directory again. */
function checkOwner(
  { host, gateways }: ProfileChange,
  { from, to }: RenameNote,
  supervised: number | null,
): void {
  const owner = gateways.findOwner(from);
  if (owner === null) return;
  const group = host.processes.readProcess(owner.pid)?.group;
  if (owner.pid === supervised || group === supervised) return;
  const hint = "end that process first: it runs in the foreground";
  throw refuseRename(from, to, `pid ${owner.pid} runs its gateway`, hint);
}

/**
 * Removes the gateway's service and gives the directory its new name; undoes everything if that fails. `from` is
 * `any-state` for a rename that was interrupted: the gateway may be on its way down.
 */
async function changeName(
  change: ProfileChange,
  note: RenameNote,
  from: "settled" | "any-state",
): Promise<void> {
  const { host, root, gateways } = change;
  const status = (await gateways.manager.status(note.from))?.status;
  checkOwner(change, note, status?.up === true ? status.pid : null);
  await gateways.refuseOtherContainer(note.from, "rename");
  let isTouched = false;
  try {
    noteRename(host, root, note);
    if (gateways.manager.supportsRuntimeRegistration()) {
      try {
        await gateways.suspend(note.from, from);
        isTouched = true;
      } catch (error) {
        // One that fails half-way may have sent the signal.
        isTouched = requireFailure(error).code !== "refused";
        throw error;
      }
      await gateways.unregister(note.from);
    }
    commitRename(host, root, note);
  } catch (error) {
    // A note that stays behind does no harm.
    quietly(() => forgetRename(host, root, note.from));
    const failure = requireFailure(error);
    if (isTouched) await restore(change, note);
    const { code, hint, exitCode, cause } = failure;
    const message = `Cannot rename profile '${note.from}' to '${note.to}': ${gatewayReason(failure)}`;
    throw new AppError(code, message, { hint, exitCode, cause });
  }
}

/** Brings the gateway back after a rename that failed. A failure here is a warning; the first error is reported. */
async function restore(
  { gateways, warn }: ProfileChange,
  { from, start }: RenameNote,
): Promise<void> {
  try {
    await gateways.register(from);
    if (start) await gateways.start(from);
  } catch (error) {
    warn(`gateway '${from}' could not be restored: ${gatewayReason(requireFailure(error))}`);
  }
}

/** Finds settings that still name the old directory: they are the operator's, and only told of. */
function findOldPaths({ host, root }: ProfileChange, { from, to }: RenameNote): readonly string[] {
  const old = profileDirectory(root, from);
  return [configPath, environmentFilePath].flatMap((pathOf) => {
    const path = pathOf(profileDirectory(root, to));
    const outcome = host.files.readTextFile(path, 262_144);
    const [, ...behind] = outcome.kind === "text" ? outcome.text.split(old) : [];
    // Not a longer name that begins like it.
    return behind.some((text) => !/^[a-z0-9_-]/.test(text))
      ? [`${path} still names ${old}: change it there`]
      : [];
  });
}

/** Starts the gateway under its new name. One that is started and does not get ready is renamed all the same. */
async function startRenamed(
  { host, root, gateways, tell }: ProfileChange,
  { from, to }: RenameNote,
): Promise<readonly string[]> {
  try {
    const { pid, warnings } = await gateways.start(to);
    tell(`Started gateway '${to}' (pid ${pid}), ready`);
    return warnings;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not-ready") throw error;
    forgetRename(host, root, to);
    const message = `Renamed profile '${from}' to '${to}', and its gateway is not ready: ${gatewayReason(error)}`;
    throw new AppError("not-ready", message, { hint: error.hint, cause: error });
  }
}

/** Does everything that follows the change of the name; can be repeated after an interruption. */
async function complete(change: ProfileChange, note: RenameNote): Promise<void> {
  const { host, root, gateways, tell, warn } = change;
  const { from, to, start } = note;
  try {
    const warnings = [...settleRename(host, root, note), ...findOldPaths(change, note)];
    tell(`Renamed profile '${from}' to '${to}' in ${profileDirectory(root, to)}`);
    if (gateways.manager.supportsRuntimeRegistration()) {
      if (isProfileGone(host, root, from)) {
        await gateways.unregister(from);
        moveGatewayFiles(host, from, to);
      }
      await gateways.register(to);
      if (start) warnings.push(...(await startRenamed(change, note)));
      else tell(`Registered gateway '${to}', down`);
      if (aliasPath(host, to) !== null) tell(`Alias: ${to} is short for hermes -p ${to}`);
    }
    forgetRename(host, root, to);
    for (const warning of warnings) warn(warning);
  } catch (error) {
    const { code, message, exitCode } = requireFailure(error);
    if (code === "not-ready") throw error;
    throw new AppError(
      code,
      `Renamed profile '${from}' to '${to}', but not all is done: ${message}`,
      { hint: `\`hermes profile rename ${from} ${to}\` goes on with it`, exitCode, cause: error },
    );
  }
}

/** Returns true if a rename that was interrupted has a gateway to start: not one that an operator stopped since. */
function isStillToStart(
  { gateways }: ProfileChange,
  note: RenameNote | null,
  holder: ProfileName,
): boolean {
  return note?.start === true && gateways.readDesiredState(holder) !== "stopped";
}

/**
 * Renames a profile: directory, logs, gateway, alias and the choice of the current profile. All or nothing until the
 * directory has its new name; then the same call completes the work after an interruption (decision 0019).
 */
export async function renameProfile(
  change: ProfileChange,
  from: ProfileName,
  to: ProfileName,
): Promise<void> {
  const { host, root, gateways } = change;
  await withProfileLock(host, `rename profile '${from}'`, async () => {
    const changed = profileExists(host, root, to) ? readRenameNote(host, root, to) : null;
    if (changed?.from === from && !profileExists(host, root, from)) {
      return complete(change, { ...changed, start: isStillToStart(change, changed, to) });
    }
    if (isDeletionPending(host, root, to)) await completeDeletion(change, to);
    checkNames(change, from, to);
    const earlier = readRenameNote(host, root, from);
    const status = (await gateways.manager.status(from))?.status;
    const start = isStillToStart(change, earlier, from) || status?.wantedUp === true;
    const note = { from, to, start };
    await changeName(change, note, earlier === null ? "settled" : "any-state");
    return complete(change, note);
  });
}
