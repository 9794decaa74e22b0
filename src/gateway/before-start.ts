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

/** Milliseconds that a start has to wait, because of earlier crashes, or that there is to be none. */
export type StartAnswer = number | "stay-down";

/** Ends what outlived the supervisor that started it; `reason` is what a gateway among it is told. */
async function endOutlived(
  host: Host,
  name: ProfileName,
  outlived: readonly ProcessIdentity[],
  reason: "stop" | "restart",
): Promise<void> {
  for (const process of outlived) {
    warn(
      host,
      attempt(`announce the ${reason}`, () => announceStop(host, name, process, reason)),
    );
    await endRecorded(host, `Gateway '${name}'`, process);
  }
}

/**
 * Records the process `pid`, which is about to become the gateway, after it has ended what an earlier supervisor
 * started and did not survive (`outlived`). A stop that such a supervisor did not live to carry out, and the end of the
 * container, are carried out now: the answer is `stay-down`.
 */
export async function prepareStart(
  host: Host,
  root: string,
  name: ProfileName,
  pid: number,
  outlived: readonly ProcessIdentity[],
): Promise<StartAnswer> {
  if (isShutdownAnnounced(host)) return "stay-down";
  if (outlived.length > 0) {
    const desired =
      readRecordedDesiredState(host, name) ?? readDesiredState(host, profileDirectory(root, name));
    const stopped = desired === "stopped";
    await endOutlived(host, name, outlived, stopped ? "stop" : "restart");
    if (stopped) return "stay-down";
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
