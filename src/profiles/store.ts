import { join } from "node:path";
import { quietly } from "../core/attempt.ts";
import { AppError, ExitCode, VOLUME_HINT } from "../core/errors.ts";
import { toFailure } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import { inspectProfile, listProfileNames } from "./inspect.ts";
import {
  DEFAULT_PROFILE,
  parseProfileName,
  parseTypedProfileName,
  quoteName,
  type ProfileName,
} from "./name.ts";
import { markerPath, PROFILE_DIRECTORIES, profileDirectory, profilesDirectory } from "./paths.ts";

const SOUL = `# Who you are

You are a helpful assistant. You answer briefly, say when you do not know, and never make things up.
`;

/** Validates a name that a person typed. Throws a usage error with the rule. */
export function requireProfileName(typed: string): ProfileName {
  const parsed = parseTypedProfileName(typed);
  if (parsed.ok) return parsed.name;
  throw new AppError("invalid-name", `Invalid profile name ${quoteName(typed)}: ${parsed.reason}`);
}

/** Returns true if a profile exists; the root profile does. Throws if it is broken, or its directory cannot be read. */
export function profileExists(host: Host, root: string, name: ProfileName): boolean {
  if (name === DEFAULT_PROFILE) return true;
  const finding = orRefuseReading(root, name, () => inspectProfile(host, root, name));
  if (finding.kind === "profile" || finding.kind === "none") return finding.kind === "profile";
  throw new AppError("broken-profile", `Cannot use profile '${name}': ${finding.reason}`, {
    exitCode: ExitCode.configuration,
    hint: `correct ${profileDirectory(root, name)}: a profile is a directory with a file SOUL.md`,
  });
}

/** Returns true if a profile exists, even a broken one. Throws if its directory cannot be read. */
export function isProfileThere(host: Host, root: string, name: ProfileName): boolean {
  if (name === DEFAULT_PROFILE) return true;
  return orRefuseReading(root, name, () => inspectProfile(host, root, name)).kind !== "none";
}

function orRefuseReading<T>(root: string, name: ProfileName, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const directory = profileDirectory(root, name);
    throw toFailure(`Cannot read profile '${name}': ${directory}`, error, VOLUME_HINT);
  }
}

/** The profiles of a volume, `default` first, the rest by name; broken ones are left out. */
export function listProfiles(host: Host, root: string): readonly ProfileName[] {
  const outcome = listProfileNames(host, root);
  if (outcome.kind !== "names") return [DEFAULT_PROFILE];
  const named = outcome.names.flatMap((text) => {
    const parsed = parseProfileName(text);
    if (!parsed.ok || parsed.name === DEFAULT_PROFILE) return [];
    return existsQuietly(host, root, parsed.name) ? [parsed.name] : [];
  });
  return [DEFAULT_PROFILE, ...named];
}

/** Returns the reason why the profiles, or one of them, cannot be looked at; null if all can. */
export function describeUnlistable(host: Host, root: string): string | null {
  const top = host.files.listDirectory(root);
  if (top.kind === "missing") return `${root} is missing`;
  if (top.kind === "unreadable") return `${root} cannot be read: ${top.reason}`;
  const folder = profilesDirectory(root);
  const outcome = host.files.listDirectory(folder);
  if (outcome.kind === "unreadable") return `${folder} cannot be read: ${outcome.reason}`;
  for (const text of outcome.kind === "names" ? outcome.names : []) {
    const parsed = parseProfileName(text);
    if (!parsed.ok) continue;
    try {
      isProfileThere(host, root, parsed.name);
    } catch (error) {
      if (error instanceof AppError) return error.message;
      throw error;
    }
  }
  return null;
}

function existsQuietly(host: Host, root: string, name: ProfileName): boolean {
  try {
    return inspectProfile(host, root, name).kind === "profile";
  } catch {
    return false;
  }
}

/** Returns true if a profile is certainly missing: one that is broken, or closed to this user, may exist. */
export function isProfileGone(host: Host, root: string, name: ProfileName): boolean {
  try {
    return !profileExists(host, root, name);
  } catch {
    return false;
  }
}

/** One name of a seed; `make` does nothing if it is there, and throws if something else is in its place. */
export interface SeedPart {
  readonly path: string;
  readonly make: () => void;
}

/** The first contents of a profile, with `more` directories. */
export function listSeed(
  host: Host,
  directory: string,
  more: readonly string[] = [],
): readonly SeedPart[] {
  const marker = markerPath(directory);
  const directories = [...PROFILE_DIRECTORIES, ...more].map((name) => {
    const path = join(directory, name);
    return { path, make: () => host.files.ensureDirectory(path, 0o755) };
  });
  const makeMarker = () => {
    // Whole or not at all: on a full volume an empty one would stay for ever.
    if (host.files.readStatus(marker) === null) host.files.writeFileAtomically(marker, SOUL, 0o644);
  };
  return [...directories, { path: marker, make: makeMarker }];
}

/** Puts the first contents of a profile into `directory` if they are missing. */
export function seedProfile(host: Host, directory: string): void {
  for (const { make } of listSeed(host, directory)) make();
}

/** Returns the failure to do something (`delete`) with a profile that does not exist. */
export function noSuchProfile(
  verb: string,
  name: ProfileName,
  hint = "see `hermes profile list`",
): AppError {
  const message = `Cannot ${verb} profile '${name}': no such profile`;
  return new AppError("no-such-profile", message, { hint, profile: name });
}

/** Throws for the name of the root profile, which is always there. */
export function refuseDefault(name: ProfileName): void {
  if (name !== DEFAULT_PROFILE) return;
  throw new AppError("refused", "Cannot create profile 'default': it is the installation itself");
}

/**
 * Makes a profile: builds it in a hidden sibling and renames it into place, so that no process sees half of one.
 * Throws if it exists or the volume refuses.
 */
export function createProfile(host: Host, root: string, name: ProfileName): string {
  const directory = profileDirectory(root, name);
  const exists = () =>
    new AppError("profile-exists", `Cannot create profile '${name}': ${directory} exists already`, {
      hint: `choose another name, or remove it with \`hermes profile delete ${name}\``,
    });
  refuseDefault(name);
  try {
    if (host.files.readStatus(directory) !== null) throw exists();
    const building = join(profilesDirectory(root), `.${name}.tmp-${host.self.pid}`);
    host.files.ensureDirectory(profilesDirectory(root), 0o755);
    host.files.removeTree(building);
    host.files.createDirectory(building, 0o755);
    try {
      seedProfile(host, building);
      host.files.rename(building, directory);
    } catch (error) {
      // The doctor names one that stays behind; the first error counts more.
      quietly(() => host.files.removeTree(building));
      throw error;
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    const code = host.files.errorCode(error);
    if (code === "ENOTEMPTY" || code === "EEXIST") throw exists();
    throw toFailure(`Cannot create profile '${name}': ${directory}`, error, VOLUME_HINT);
  }
  return directory;
}
