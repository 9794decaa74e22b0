import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** Returns true if this user can run what is at a path. */
export function isProgram({ files }: Host, path: string): boolean {
  return !files.isDirectory(path) && files.isExecutable(path);
}

/**
 * Returns the first program of a name in the directories of a search path (`/usr/local/bin:/usr/bin`), or null.
 * Relative directories do not count. `Bun.which` (1.4.4) finds what another user only may run.
 */
export function findOnPath(host: Host, searchPath: string, name: string): string | null {
  if (name === "") return null;
  const directories = searchPath.split(":").filter((directory) => directory.startsWith("/"));
  const paths = directories.map((directory) => join(directory, name));
  return paths.find((path) => isProgram(host, path)) ?? null;
}
