import { dirname, join } from "node:path";
import { attempt, quietly } from "../core/attempt.ts";
import * as v from "valibot";
import { AppError, VOLUME_HINT } from "../core/errors.ts";
import { toFailure } from "../core/system-failure.ts";
import { parseJson } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import { replaceCurrentProfile } from "./current.ts";
import { DEFAULT_PROFILE, type ProfileName } from "./name.ts";
import { profileNameSchema } from "./name-schema.ts";
import { gatewayLogDirectory, profileDirectory, profilesDirectory } from "./paths.ts";
import { listProfiles } from "./store.ts";

const noteSchema = v.object({
  from: profileNameSchema,
  to: profileNameSchema,
  start: v.fallback(v.boolean(), false),
});

/**
 * The note of a rename in progress. It is written into the profile's directory before anything else is done and
 * removed last, so that a later command knows what is left to do after an interruption.
 */
export interface RenameNote {
  readonly from: ProfileName;
  readonly to: ProfileName;
  /** True if the gateway is started under its new name. */
  readonly start: boolean;
}

function notePath(root: string, holder: ProfileName): string {
  return join(profileDirectory(root, holder), ".rename.json");
}

/** Reads the note in a profile's directory; null if there is none, or none to be trusted. */
export function readRenameNote(host: Host, root: string, holder: ProfileName): RenameNote | null {
  const outcome = host.files.readTextFile(notePath(root, holder), 4096);
  if (outcome.kind !== "text") return null;
  const result = v.safeParse(noteSchema, parseJson(outcome.text));
  if (!result.success) return null;
  const { from, to, start } = result.output;
  return holder === from || holder === to ? { from, to, start } : null;
}

/** Turns what a volume refuses into an error that names the path. */
function orRefuse(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw toFailure(path, error, VOLUME_HINT);
  }
}

/** Writes the note of a rename into the profile's own directory. Throws if the volume refuses. */
export function noteRename(host: Host, root: string, note: RenameNote): void {
  const text = `${JSON.stringify({ version: 1, ...note })}\n`;
  const path = notePath(root, note.from);
  orRefuse(path, () => host.files.writeFileAtomically(path, text, 0o644));
}

/** Takes the announcement back, or ends the rename, whichever name the directory has. */
export function forgetRename(host: Host, root: string, holder: ProfileName): void {
  host.files.removeFile(notePath(root, holder));
}

/** Commits a rename: after it the rest can be repeated. Throws if the new name is taken or the volume refuses. */
export function commitRename(host: Host, root: string, note: RenameNote): void {
  const target = profileDirectory(root, note.to);
  orRefuse(target, () => {
    if (host.files.readStatus(target) !== null) {
      throw new AppError("profile-exists", `${target} exists already`);
    }
    host.files.rename(profileDirectory(root, note.from), target);
  });
  // It counts already: only a power cut could undo it.
  quietly(() => host.files.syncDirectory(profilesDirectory(root)));
}

/**
 * Does the rest of a rename on the volume: the gateway's logs and the choice of the current profile. Can be
 * repeated; nothing is touched that a new profile of the old name may own. Returns what could not be done.
 */
export function settleRename(
  host: Host,
  root: string,
  { from, to }: RenameNote,
): readonly string[] {
  if (host.files.readStatus(profileDirectory(root, from)) !== null) return [];
  const warnings: string[] = [];
  const [logs, target] = [gatewayLogDirectory(root, from), gatewayLogDirectory(root, to)];
  const move = () => {
    if (host.files.readStatus(logs) === null) return;
    if (host.files.readStatus(target) !== null) {
      warnings.push(`the logs of '${from}' stay in ${logs}: there is a ${target} already`);
      return;
    }
    host.files.rename(logs, target);
    quietly(() => host.files.syncDirectory(dirname(target)));
  };
  warnings.push(
    ...attempt(`move the logs in ${logs} to ${target}`, move),
    ...attempt("change the current profile", () => replaceCurrentProfile(host, root, from, to)),
  );
  return warnings;
}

/**
 * Completes the renames that were interrupted when the container stopped. Services and aliases need nothing: the boot
 * makes them anew for the names that there are. Returns what the volume refused.
 */
export function finishRenames(host: Host, root: string): readonly string[] {
  return listProfiles(host, root).flatMap((name) => {
    const note = name === DEFAULT_PROFILE ? null : readRenameNote(host, root, name);
    if (note === null) return [];
    const warnings = name === note.to ? settleRename(host, root, note) : [];
    const forget = () => forgetRename(host, root, name);
    return [...warnings, ...attempt(`end the rename of profile '${name}'`, forget)];
  });
}
