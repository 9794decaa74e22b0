import type { Host } from "../host/host.ts";
import { forgetRename, readRenameNote, settleRename } from "../profiles/rename-steps.ts";
import { listProfiles } from "../profiles/store.ts";
import { DEFAULT_PROFILE } from "../profiles/name.ts";

/**
 * Ends renames that the last life of the container did not get to end. Slots and aliases need nothing: they
 * are made anew for the names that there are. Returns what the volume refused.
 */
export function finishRenames(host: Host, root: string): readonly string[] {
  return listProfiles(host, root).flatMap((name) => {
    const note = name === DEFAULT_PROFILE ? null : readRenameNote(host, root, name);
    if (note === null) return [];
    const warnings = name === note.to ? settleRename(host, root, note) : [];
    try {
      forgetRename(host, root, name);
      return warnings;
    } catch (error) {
      const reason = host.files.describeSystemError(error);
      return [...warnings, `cannot end the rename of profile '${name}': ${reason}`];
    }
  });
}
