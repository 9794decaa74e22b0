import type { Host } from "../host/host.ts";
import { bootLogPath } from "../profiles/paths.ts";

const LINE = /^\S+ profile=(\S+) prior_state=(\S+) action=/;
/** The log is rotated at a quarter of this. */
const MAX_LOG_BYTES = 1_048_576;

/**
 * Counts, for each profile, the boots in a row up to the last one that found `startup_failed` in its state file: the sign
 * of a container that restarts again and again with the same error. Profiles without such boots are left out.
 */
export function countFailedBoots(log: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const line of log.split("\n")) {
    const [, profile, state] = LINE.exec(line) ?? [];
    if (profile === undefined) continue;
    if (state === "startup_failed") counts.set(profile, (counts.get(profile) ?? 0) + 1);
    else counts.delete(profile);
  }
  return counts;
}

/** Counts the failed boots in the boot log on the volume and its rotated file. */
export function readFailedBoots(host: Host, root: string): ReadonlyMap<string, number> {
  const path = bootLogPath(root);
  const texts = [`${path}.1`, path].map((one) => {
    const outcome = host.files.readTextFile(one, MAX_LOG_BYTES);
    return outcome.kind === "text" ? outcome.text : "";
  });
  return countFailedBoots(texts.join(""));
}
