import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import {
  MAX_RECORD_BYTES,
  listRecordedProcesses,
  parseProcessRecord,
} from "../../core/service-processes.ts";
import { command } from "./control.ts";
import { servicePath } from "./layout.ts";
import { FINISH_LIMIT_MS, RECORD_FILE, STOP_LIMIT_MS } from "./slot-template.ts";
import { readServiceStatus } from "./status.ts";
import { waitUntil } from "../../core/wait-until.ts";

const POLL_MS = 50;
/** Milliseconds that `run` needs for what ignores SIGTERM, with some room. */
const END_LIMIT_MS = STOP_LIMIT_MS + FINISH_LIMIT_MS;

/**
 * The process that a slot has started and that s6 does not supervise any more, since the s6-supervise that started it
 * was killed; null if there is none. The record is the slot's, and so root's: hermes cannot name a process.
 */
export function findUnsupervised(
  host: Host,
  service: string,
  supervisedPid: number | null,
): number | null {
  const outcome = host.files.readTextFile(
    join(servicePath(host, service), RECORD_FILE),
    MAX_RECORD_BYTES,
  );
  if (outcome.kind !== "text") return null;
  for (const recorded of parseProcessRecord(outcome.text)) {
    if (recorded.pid === supervisedPid) continue;
    if (host.processes.readProcess(recorded.pid)?.startTime === recorded.startTime) {
      return recorded.pid;
    }
    const [child] = listRecordedProcesses(host, recorded);
    if (child !== undefined) return child.pid;
  }
  return null;
}

/**
 * Ends the orphan of a service, and throws at the limit. Starting the service ends the orphan, because `run` kills it
 * before it starts the gateway (or stays down, if that was stopped).
 */
export async function endUnsupervised(host: Host, service: string): Promise<void> {
  await command(host, service, "start", "-u");
  let pid: number | null = null;
  const gone = async () => {
    const status = await readServiceStatus(host, service);
    pid = findUnsupervised(host, service, status?.pid ?? null);
    return pid === null;
  };
  if (await waitUntil(host, gone, END_LIMIT_MS, POLL_MS)) return;
  throw new AppError(
    "time-limit",
    `Cannot stop '${service}': pid ${pid}, which s6 lost, is still up after ${END_LIMIT_MS / 1000} s`,
  );
}
