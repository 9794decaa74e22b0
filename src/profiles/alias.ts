import { join } from "node:path";
import { findOnPath } from "../core/search-path.ts";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE, type ProfileName } from "./name.ts";

/**
 * The image's directory of links named after profiles. It belongs to root and is the last on PATH: a
 * profile's name can neither shadow a program nor lead root to something hermes wrote.
 */
export const ALIAS_DIRECTORY = "/run/hermes-alias";

function pathDirectories(host: Host): readonly string[] {
  return (host.environment["PATH"] ?? "").split(":");
}

/** Returns true if aliases are found: their directory is on PATH. */
export function isAliasDirectoryOnPath(host: Host): boolean {
  return pathDirectories(host).includes(ALIAS_DIRECTORY);
}

/** The program of this name on PATH, which an alias cannot be; null without one, and for a link to this executable. */
export function findProgramOnPath(host: Host, name: string): string | null {
  const directories = pathDirectories(host).filter((directory) => directory !== ALIAS_DIRECTORY);
  const path = findOnPath(host, directories.join(":"), name);
  return path === null || host.files.isSameFile(path, host.self.executable) ? null : path;
}

/** The directory of aliases; only the image has one. */
export function supportsAliases(host: Host): boolean {
  return host.files.isDirectory(ALIAS_DIRECTORY);
}

/** Returns the path of a profile's alias, or null if it has none. */
export function aliasPath(host: Host, name: ProfileName): string | null {
  const path = join(ALIAS_DIRECTORY, name);
  return host.files.readStatus(path)?.kind === "link" ? path : null;
}

/** Makes the link named after a profile, if the image has a directory for it and no program has its name. */
export function makeAlias(host: Host, name: ProfileName): void {
  if (name === DEFAULT_PROFILE || !host.files.isWritable(ALIAS_DIRECTORY)) return;
  if (findProgramOnPath(host, name) !== null || aliasPath(host, name) !== null) return;
  host.files.createLink(host.self.executable, join(ALIAS_DIRECTORY, name));
}

/** Removes the link named after a profile, if there is one. */
export function removeAlias(host: Host, name: ProfileName): void {
  const path = aliasPath(host, name);
  if (path !== null) host.files.removeFile(path);
}
