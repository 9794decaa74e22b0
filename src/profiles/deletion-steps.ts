import { join } from "node:path";
import { attempt, quietly } from "../core/attempt.ts";
import { AppError, VOLUME_HINT } from "../core/errors.ts";
import { toFailure } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import { replaceCurrentProfile } from "./current.ts";
import { DEFAULT_PROFILE, parseProfileName, type ProfileName } from "./name.ts";
import { gatewayLogDirectory, profileDirectory, profilesDirectory } from "./paths.ts";
import { listGatewayFiles, removeGatewayFiles } from "./runtime-directory.ts";
import { isProfileGone } from "./store.ts";

/** The name that a deleted profile's directory has until everything of the profile is gone; it used to end in a pid. */
const DELETED = /^\.([a-z0-9][a-z0-9_-]*)\.deleted(?:-\d+)?$/;
/** The name of a profile that is being made. A command that was killed leaves it behind. */
const HALF_MADE = /^\.([a-z0-9][a-z0-9_-]*)\.tmp-\d+$/;

interface Found {
  readonly name: ProfileName;
  readonly path: string;
}

/** Lists the entries of such a name in the directory of the profiles. Throws if it cannot be read. */
function findAll(host: Host, root: string, pattern: RegExp): readonly Found[] {
  const directory = profilesDirectory(root);
  const outcome = host.files.listDirectory(directory);
  if (outcome.kind === "unreadable") throw new AppError("io", `${directory}: ${outcome.reason}`);
  return (outcome.kind === "names" ? outcome.names : []).flatMap((text) => {
    const parsed = parseProfileName(pattern.exec(text)?.[1] ?? "");
    return parsed.ok ? [{ name: parsed.name, path: join(directory, text) }] : [];
  });
}

/** As `findAll`; empty if the directory cannot be read, which doctor reports by itself. */
function find(host: Host, root: string, pattern: RegExp): readonly Found[] {
  try {
    return findAll(host, root, pattern);
  } catch {
    return [];
  }
}

/** Lists the profiles whose deletion is committed and not complete. */
export function listDeletions(host: Host, root: string): readonly ProfileName[] {
  return [...new Set(find(host, root, DELETED).map(({ name }) => name))];
}

/** Returns the paths of profiles that a killed `profile create` left half made. */
export function listHalfMade(host: Host, root: string): readonly Found[] {
  return find(host, root, HALF_MADE);
}

/** Returns whether the deletion of this profile is committed and not complete. */
export function isDeletionPending(host: Host, root: string, name: ProfileName): boolean {
  return listDeletions(host, root).includes(name);
}

/** Removes the directories of deleted profiles of this name, not of a present one. Throws if one may be left. */
function removeDeleted(host: Host, root: string, name: ProfileName): void {
  for (const found of findAll(host, root, DELETED)) {
    if (found.name === name) host.files.removeTree(found.path);
  }
}

/**
 * Commits the deletion of a profile: one rename, which needs no room on the disk. Before it nothing has changed; after
 * it any command can do the rest (`settleDeletion`). Throws if the volume refuses.
 */
export function commitDeletion(host: Host, root: string, name: ProfileName): void {
  const directory = profileDirectory(root, name);
  try {
    removeDeleted(host, root, name);
    host.files.rename(directory, join(profilesDirectory(root), `.${name}.deleted`));
  } catch (error) {
    throw toFailure(`Cannot delete profile '${name}': ${directory}`, error, VOLUME_HINT);
  }
  // It counts already: only a power cut could undo it.
  quietly(() => host.files.syncDirectory(profilesDirectory(root)));
}

/**
 * Does what follows the commit, on the volume and in the run-time directory: logs, run-time files, the choice of the
 * current profile, and last the directory. Its gateway must be out of the service manager. Can be repeated, and touches
 * nothing that a new profile of this name owns. Returns what could not be removed, and why.
 */
export function settleDeletion(host: Host, root: string, name: ProfileName): readonly string[] {
  const failures: string[] = [];
  const tryTo = (what: string, work: () => void) => void failures.push(...attempt(what, work));
  if (isProfileGone(host, root, name)) {
    const logs = gatewayLogDirectory(root, name);
    tryTo(`remove ${logs}`, () => {
      if (host.files.readStatus(logs) !== null) host.files.removeTree(logs);
    });
    tryTo(`remove the run-time files of '${name}'`, () => removeGatewayFiles(host, name));
    tryTo("change the current profile", () =>
      replaceCurrentProfile(host, root, name, DEFAULT_PROFILE),
    );
  }
  // Last: while it is there, the deletion is known not to be complete.
  if (failures.length === 0) {
    const left = find(host, root, DELETED).find((found) => found.name === name);
    tryTo(`remove ${left?.path ?? "the directory"}`, () => removeDeleted(host, root, name));
  }
  return failures;
}

/** Returns true if more than a service is left of a profile whose directory is gone. */
export function hasLeftovers(host: Host, root: string, name: ProfileName): boolean {
  return (
    isDeletionPending(host, root, name) ||
    host.files.exists(gatewayLogDirectory(root, name)) ||
    listGatewayFiles(host, name).length > 0
  );
}

/**
 * Completes the deletions that were interrupted when the container stopped. Services and aliases need nothing: the boot
 * makes them anew for the profiles that there are. Returns what the volume refused.
 */
export function finishDeletions(host: Host, root: string): readonly string[] {
  return listDeletions(host, root).flatMap((name) => settleDeletion(host, root, name));
}
