import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { ProcessIdentity } from "../../host/processes.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileDirectory } from "../../profiles/paths.ts";

/**
 * The file from which hermes-agent 0.19.0 knows, when it gets SIGTERM, that an operator stops it (gateway/status.py):
 * it then exits with 0 and reports `stopped`. It counts for 60 s, and that agent removes it.
 */
const FILE = ".gateway-planned-stop.json";

/** Announces to an agent's process, in the agent's own form, that an operator stops it. Throws the system's error. */
export function writePlannedStop(
  host: Host,
  root: string,
  name: ProfileName,
  target: ProcessIdentity,
): void {
  const notice = {
    target_pid: target.pid,
    target_start_time: target.startTime,
    stopper_pid: host.self.pid,
    written_at: new Date(host.clock.now()).toISOString(),
  };
  const path = join(profileDirectory(root, name), FILE);
  host.files.writeFileAtomically(path, JSON.stringify(notice), 0o644);
}

/** Removes the announcement that an agent has left. Throws the system's error. */
export function removePlannedStop(host: Host, root: string, name: ProfileName): void {
  const path = join(profileDirectory(root, name), FILE);
  // Not at once: a read-only directory refuses to remove even what is not there.
  if (host.files.exists(path)) host.files.removeFile(path);
}
