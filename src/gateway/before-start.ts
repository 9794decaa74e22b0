import { attempt, warn } from "../core/attempt.ts";
import type { Host } from "../host/host.ts";
import { isShutdownAnnounced } from "../core/boot-directory.ts";
import { announceStop } from "./record/stop-notice.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { readExitRecord, remainingBackoff, writeExitRecord } from "./record/exit-record.ts";
import { readRecordedDesiredState } from "./record/desired-state.ts";
import type { ProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { readDesiredState } from "./record/state-store.ts";
import { endRecorded } from "./left-behind.ts";
import { readOomKills } from "./oom-kills.ts";

/**
 * Records the process `pid`, which is about to become the gateway. First ends processes that a killed s6-supervise left
 * running (`orphans`). Returns the milliseconds that the start has to wait because of earlier crashes, or `stay-down`
 * if a stop or the container's shutdown was pending.
 */
export async function prepareStart(
  host: Host,
  root: string,
  name: ProfileName,
  pid: number,
  orphans: readonly ProcessIdentity[],
): Promise<number | "stay-down"> {
  if (isShutdownAnnounced(host)) return "stay-down";
  if (orphans.length > 0) {
    const desired =
      readRecordedDesiredState(host, name) ?? readDesiredState(host, profileDirectory(root, name));
    const reason = desired === "stopped" ? "stop" : "restart";
    for (const orphan of orphans) {
      const announce = () => announceStop(host, name, orphan, reason);
      warn(host, attempt(`announce the ${reason}`, announce));
      await endRecorded(host, `Gateway '${name}'`, orphan);
    }
    if (reason === "stop") return "stay-down";
  }
  const record = readExitRecord(host, name);
  const uptime = host.clock.uptime();
  const waitMs = remainingBackoff(record, uptime);
  const startTime = host.processes.readProcess(pid)?.startTime ?? null;
  const write = () =>
    writeExitRecord(host, name, {
      ...record,
      pid,
      startTime,
      oomKills: readOomKills(host),
      beginsAt: uptime + waitMs,
      parkedReason: null,
    });
  warn(host, attempt("record the start", write));
  return waitMs;
}
