import type { Host } from "../host/host.ts";
import { listDeletions, settleDeletion } from "../profiles/deletion-steps.ts";

/**
 * Completes deletions that the last life of the container did not complete. Slots and aliases need nothing: they are
 * made anew for the profiles that there are. Returns what the volume refused.
 */
export function finishDeletions(host: Host, root: string): readonly string[] {
  return listDeletions(host, root).flatMap((name) => settleDeletion(host, root, name));
}
