import { join } from "node:path";
import { tryTo } from "../core/attempt.ts";
import { endRecorded } from "../gateway/left-behind.ts";
import type { Host } from "../host/host.ts";
import { MAX_RECORD_BYTES, parseProcessRecord } from "../core/service-processes.ts";
import {
  staticServiceDirectory,
  type StaticServiceName,
} from "../services/image/static-services.ts";

/**
 * The processes of a static service that may be alive still, as a slot's record has them: a line each, pid and start
 * time. It is in the service's directory, which is root's: hermes cannot name a process.
 */
function recordPath(service: StaticServiceName): string {
  return join(staticServiceDirectory(service), "pid");
}

/**
 * Adds this process to the record. A service without one starts all the same; the next supervisor's does not end it.
 */
function addSelf(host: Host, service: StaticServiceName): void {
  const { pid } = host.self;
  const startTime = host.processes.readProcess(pid)?.startTime;
  tryTo(host, `record the process of the service '${service}'`, () =>
    host.files.appendToFile(recordPath(service), `${pid} ${startTime}\n`, 0o644),
  );
}

/**
 * Records this process, which is about to become a static service's program, and ends the ones that an earlier
 * s6-supervise started and did not survive: each of them would keep the address, or answer in the new one's place.
 */
export async function takeOverService(host: Host, service: StaticServiceName): Promise<void> {
  const outcome = host.files.readTextFile(recordPath(service), MAX_RECORD_BYTES);
  // If this one's supervisor is killed, too, the next one has to know of all.
  addSelf(host, service);
  if (outcome.kind !== "text") return;
  for (const outlived of parseProcessRecord(outcome.text)) {
    if (outlived.pid !== host.self.pid) await endRecorded(host, `Service '${service}'`, outlived);
  }
  host.files.removeFile(recordPath(service));
  addSelf(host, service);
}

/** Removes the record, when the process has ended under its supervisor. */
export function forgetServiceProcess(host: Host, service: StaticServiceName): void {
  host.files.removeFile(recordPath(service));
}
