import { AppError, gatewayReason } from "../core/errors.ts";
import { findMountAt } from "../core/mounts.ts";
import { requireFailure } from "../core/system-failure.ts";
import { asVolumeUser } from "../core/volume-user.ts";
import { isCurrentProfile } from "./current.ts";
import {
  commitDeletion,
  hasLeftovers,
  isDeletionPending,
  settleDeletion,
} from "./deletion-steps.ts";
import { DEFAULT_PROFILE, type ProfileName } from "./name.ts";
import { gatewayLogDirectory, profileDirectory } from "./paths.ts";
import { withProfileLock, type ProfileChange } from "./profile-lock.ts";
import { isProfileGone, isProfileThere, noSuchProfile } from "./store.ts";

type Deletion = Pick<ProfileChange, "host" | "root" | "gateways">;

/**
 * Does everything that follows the commit of a deletion: service, alias, logs, run-time files, the choice of the
 * current profile, directory. Can be repeated. Throws what could not be done, and names the command that goes on with
 * it. The caller holds the profile lock.
 */
export async function completeDeletion(deletion: Deletion, name: ProfileName): Promise<void> {
  const { host, root, gateways } = deletion;
  try {
    // First the gateway: it would write its files anew.
    if (gateways.manager.supportsRuntimeRegistration() && isProfileGone(host, root, name)) {
      await gateways.suspend(name, "any-state");
      await gateways.unregister(name);
    }
    const [first, ...rest] = asVolumeUser(host, () => settleDeletion(host, root, name));
    if (first === undefined) return;
    throw new AppError("io", first, { detail: rest.length === 0 ? undefined : rest.join("\n") });
  } catch (error) {
    const { code, message, detail, exitCode } = requireFailure(error);
    throw new AppError(
      code,
      `Deleted profile '${name}', but not everything of it is gone: ${message}`,
      { hint: `\`hermes profile delete ${name}\` goes on with it`, detail, exitCode, cause: error },
    );
  }
}

/** Brings the gateway down and commits the deletion; starts it again if the volume refuses. */
async function commit(change: ProfileChange, name: ProfileName): Promise<void> {
  const { host, root, gateways } = change;
  await gateways.refuseForeground(name, "delete");
  await gateways.refuseOtherContainer(name, "delete");
  const before = (await gateways.manager.status(name))?.status;
  try {
    await gateways.suspend(name, "any-state");
    asVolumeUser(host, () => commitDeletion(host, root, name));
  } catch (error) {
    const failure = requireFailure(error);
    if (failure.code !== "refused" && before?.wantedUp === true) await restore(change, name);
    throw failure;
  }
}

/** Starts a gateway again whose profile could not be deleted. */
async function restore({ gateways, warn }: ProfileChange, name: ProfileName): Promise<void> {
  try {
    await gateways.start(name);
  } catch (error) {
    warn(`gateway '${name}' could not be restored: ${gatewayReason(requireFailure(error))}`);
  }
}

/** Refuses what cannot be deleted, before anything is done: `default`, a name of nothing, and what is mounted. */
export function checkDeletion({ host, root, gateways }: Deletion, name: ProfileName): void {
  if (name === DEFAULT_PROFILE) {
    throw new AppError("refused", "Cannot delete profile 'default': it is the installation itself");
  }
  const isThere =
    isProfileThere(host, root, name) ||
    hasLeftovers(host, root, name) ||
    gateways.manager.list().includes(name);
  if (!isThere) throw noSuchProfile("delete", name);
  for (const path of [profileDirectory(root, name), gatewayLogDirectory(root, name)]) {
    const mount = findMountAt(host, path);
    if (mount === null) continue;
    throw new AppError("refused", `Cannot delete profile '${name}': ${mount} is mounted there`, {
      hint: "start the container without that mount, then delete the profile",
    });
  }
}

/** Returns true if the deletion of a profile has begun and cannot be taken back. */
export function isDeletionCommitted({ host, root }: Deletion, name: ProfileName): boolean {
  return !isProfileThere(host, root, name) && isDeletionPending(host, root, name);
}

/** The facts about a profile before it was deleted. */
export interface DeletedProfile {
  /** The target of the link that its directory was, which is left as it is; null if it was no link. */
  readonly linkTarget: string | null;
  readonly wasCurrent: boolean;
}

/** Deletes a profile with its gateway, logs and alias, or completes that. Throws if anything of it is left. */
export async function deleteProfile(
  change: ProfileChange,
  name: ProfileName,
): Promise<DeletedProfile> {
  const { host, root } = change;
  return withProfileLock(host, `delete profile '${name}'`, async () => {
    const wasCurrent = isCurrentProfile(host, root, name);
    const linkTarget = host.files.readLink(profileDirectory(root, name));
    if (isProfileThere(host, root, name)) await commit(change, name);
    await completeDeletion(change, name);
    return { linkTarget, wasCurrent };
  });
}
