import type { Host } from "../host/host.ts";
import { bootLogPath } from "../profiles/paths.ts";

const LINE = /^\S+ profile=(\S+) prior_state=(\S+) action=/;
/** The log is put aside at a quarter of this. */
const MAX_LOG_BYTES = 1_048_576;

/**
 * How many boots in a row, up to the last one, found that a profile's gateway had failed to start: the
 * sign of a container that comes up again and again with something broken. Profiles without are left out.
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

/** The same, from the boot log on the volume and the one put aside. */
export function readFailedBoots(host: Host, root: string): ReadonlyMap<string, number> {
  const path = bootLogPath(root);
  const texts = [`${path}.1`, path].map((one) => {
    const outcome = host.files.readTextFile(one, MAX_LOG_BYTES);
    return outcome.kind === "text" ? outcome.text : "";
  });
  return countFailedBoots(texts.join(""));
}
