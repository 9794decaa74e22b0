import type { Host } from "../host/host.ts";
import { readExitRecord, remainingDelay, writeExitRecord } from "../profiles/exit-record.ts";
import type { ProfileName } from "../profiles/name.ts";

/**
 * Records the process `pid`, which is about to become the gateway, and returns the milliseconds that it
 * has to wait before, because of earlier crashes.
 */
export function prepareStart(host: Host, name: ProfileName, pid: number): number {
  const record = readExitRecord(host, name);
  const uptime = host.clock.uptime();
  const waitMs = remainingDelay(record, uptime);
  const startTime = host.processes.readProcess(pid)?.startTime ?? null;
  try {
    writeExitRecord(host, name, {
      ...record,
      pid,
      startTime,
      beginsAt: uptime + waitMs,
      keptDown: null,
    });
  } catch (error) {
    host.output.note(`warning: cannot record the start: ${host.files.describeSystemError(error)}`);
  }
  return waitMs;
}
