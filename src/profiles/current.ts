import { join } from "node:path";
import { AppError, VOLUME_HINT } from "../core/errors.ts";
import { toFailure } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import type { ReadOutcome } from "../host/text-file.ts";
import { DEFAULT_PROFILE, parseTypedProfileName, quoteName, type ProfileName } from "./name.ts";

const MAX_BYTES = 4096;

/** The file with the name of the current profile; the Hermes agent reads and writes the same one. */
function currentProfilePath(root: string): string {
  return join(root, "active_profile");
}

function unusable(path: string, what: string): AppError {
  return new AppError("configuration", `Cannot tell the current profile: ${path} ${what}`, {
    hint: "`hermes profile use NAME` writes it anew; `-p NAME` does without it",
  });
}

/**
 * Returns the profile that `hermes profile use` chose; `default` without a choice. It need not exist any more.
 * Throws if the file names none: acting for another profile than the intended one may be worse.
 */
export function readCurrentProfile(host: Host, root: string): ProfileName {
  const path = currentProfilePath(root);
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  if (outcome.kind === "missing") return DEFAULT_PROFILE;
  if (outcome.kind === "unreadable") throw unusable(path, outcome.reason);
  const text = outcome.text.trim();
  if (text === "") return DEFAULT_PROFILE;
  const parsed = parseTypedProfileName(text);
  if (parsed.ok) return parsed.name;
  throw unusable(path, `says ${quoteName(text)}: ${parsed.reason}`);
}

/** Returns true if there is a choice, even one that cannot be read. */
export function isProfileChosen(host: Host, root: string): boolean {
  return host.files.readTextFile(currentProfilePath(root), MAX_BYTES).kind !== "missing";
}

/** Makes a profile the current one. Throws if the volume refuses. */
export function writeCurrentProfile(host: Host, root: string, name: ProfileName): void {
  const path = currentProfilePath(root);
  try {
    if (host.files.readStatus(path)?.kind === "directory") host.files.removeTree(path);
    if (name === DEFAULT_PROFILE) host.files.removeFile(path);
    else host.files.writeFileAtomically(path, `${name}\n`, 0o644);
  } catch (error) {
    throw toFailure(`Cannot make '${name}' the current profile: ${path}`, error, VOLUME_HINT);
  }
}

/** Returns whether this profile is the one that `hermes profile use` chose. */
export function isCurrentProfile(host: Host, root: string, name: ProfileName): boolean {
  return isNameOf(host.files.readTextFile(currentProfilePath(root), MAX_BYTES), name);
}

function isNameOf(outcome: ReadOutcome, name: ProfileName): boolean {
  const parsed = parseTypedProfileName(outcome.kind === "text" ? outcome.text : "");
  return parsed.ok && parsed.name === name;
}

/** Makes `next` the current profile if `name` is it. Returns true if it was. Throws if the volume refuses. */
export function replaceCurrentProfile(
  host: Host,
  root: string,
  name: ProfileName,
  next: ProfileName,
): boolean {
  const path = currentProfilePath(root);
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  if (outcome.kind === "unreadable") throw unusable(path, outcome.reason);
  if (!isNameOf(outcome, name)) return false;
  writeCurrentProfile(host, root, next);
  return true;
}
