import { join } from "node:path";
import type { Host } from "../host/host.ts";

/** Returns true if this user can run the file at a path. */
export function isProgram({ files }: Host, path: string): boolean {
  return !files.isDirectory(path) && files.isExecutable(path);
}

/**
 * Returns the first program of a name that this user can run, in the directories of a search path
 * (`/usr/local/bin:/usr/bin`); null if there is none. Relative directories do not count. `Bun.which` (1.4.4) also
 * returns programs that only another user can run.
 */
export function findOnPath(host: Host, searchPath: string, name: string): string | null {
  if (name === "") return null;
  const directories = searchPath.split(":").filter((directory) => directory.startsWith("/"));
  const paths = directories.map((directory) => join(directory, name));
  return paths.find((path) => isProgram(host, path)) ?? null;
}
