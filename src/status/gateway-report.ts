import type { Host } from "../host/host.ts";
import { mergeExits, readExitHistory } from "../gateway/record/exit-history.ts";
import { readExitRecord } from "../gateway/record/exit-record.ts";
import { join } from "node:path";
import { gatewayLogDirectory, profileDirectory } from "../profiles/paths.ts";
import { readFailedBoots } from "../boot/boot-log.ts";
import type { RecordedExit } from "../gateway/record/exit.ts";
import type { GatewaySnapshot } from "./snapshot.ts";

/** One gateway in detail (docs/status-json.md). */
export interface GatewayReport extends GatewaySnapshot {
  /** Boots in a row that found `startup_failed` in its state file. */
  readonly failedBoots: number;
  /** The file that s6-log writes. */
  readonly log: string;
  /** Its last exits, oldest first. */
  readonly exitHistory: readonly RecordedExit[];
}

/** Adds the exit history, the failed boots and the log to a gateway's snapshot. */
export function completeReport(host: Host, root: string, gateway: GatewaySnapshot): GatewayReport {
  const { profile } = gateway;
  const onVolume = readExitHistory(host, profileDirectory(root, profile));
  return {
    ...gateway,
    failedBoots: readFailedBoots(host, root).get(profile) ?? 0,
    log: join(gatewayLogDirectory(root, profile), "current"),
    exitHistory: mergeExits(onVolume, readExitRecord(host, profile).exits),
  };
}
