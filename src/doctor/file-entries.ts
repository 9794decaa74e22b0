import type { FileStatus } from "../host/file-status.ts";
import type { Host } from "../host/host.ts";
import { listNames } from "./finding.ts";

/** A file or directory that exists. */
export interface FileEntry {
  readonly path: string;
  readonly status: FileStatus;
}

/** Returns the files and directories among paths, without links and without those that cannot be read. */
export function readEntries(host: Host, paths: readonly string[]): readonly FileEntry[] {
  return paths.flatMap((path) => {
    try {
      const status = host.files.readStatus(path);
      return status?.kind === "file" || status?.kind === "directory" ? { path, status } : [];
    } catch {
      return [];
    }
  });
}

export function listPaths(entries: readonly FileEntry[]): string {
  return listNames(entries.map(({ path }) => path));
}

/** Lists paths with their modes in octal: `/opt/data/.env (0644)`. */
export function listModes(entries: readonly FileEntry[]): string {
  return listNames(
    entries.map(({ path, status }) => `${path} (${status.mode.toString(8).padStart(4, "0")})`),
  );
}
