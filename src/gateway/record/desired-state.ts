import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  runtimeDirectory,
} from "../../profiles/runtime-directory.ts";
import { readDesiredState, writeState } from "./state-store.ts";
import type { DesiredState } from "./state-file.ts";

/** Writes a desired state into the state file, unless it says so already. Returns why it is not on disk, or null. */
export function writeDesiredState(
  host: Host,
  profile: string,
  desired: DesiredState,
): string | null {
  if (readDesiredState(host, profile) === desired) return null;
  try {
    writeState(host, profile, { desired_state: desired });
    return null;
  } catch (error) {
    return host.files.describeSystemError(error);
  }
}

/**
 * Records a desired state: in the state file, and beside the volume, so that no gateway that rewrites its state file
 * from memory can take it back. Returns why it is not on disk, or null.
 */
export function recordDesiredState(
  host: Host,
  root: string,
  name: ProfileName,
  desired: DesiredState,
): string | null {
  try {
    const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "desired-state");
    host.files.writeFileAtomically(path, `${desired}\n`, 0o644);
  } catch {
    // The state file is what counts; the note only mends it.
  }
  return writeDesiredState(host, profileDirectory(root, name), desired);
}

/** Returns the last desired state of this container's life; null if there is none. */
export function readRecordedDesiredState(host: Host, name: ProfileName): DesiredState | null {
  const path = gatewayFilePath(runtimeDirectory(host), name, "desired-state");
  const outcome = host.files.readTextFile(path, 64);
  const desired = outcome.kind === "text" ? outcome.text.trim() : "";
  return desired === "running" || desired === "stopped" ? desired : null;
}

/**
 * Restores the last desired state of this container's life in the state file, once the gateway has exited: no process
 * rewrites that file any more. Returns why it is not on disk, or null.
 */
export function restoreDesiredState(host: Host, root: string, name: ProfileName): string | null {
  const desired = readRecordedDesiredState(host, name);
  return desired === null ? null : writeDesiredState(host, profileDirectory(root, name), desired);
}
