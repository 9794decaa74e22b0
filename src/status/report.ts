import type { Host } from "../host/host.ts";
import { mergeExits, readExitHistory } from "../gateway/record/exit-history.ts";
import { readExitRecord } from "../gateway/record/exit-record.ts";
import { join } from "node:path";
import { gatewayLogDirectory, profileDirectory } from "../profiles/paths.ts";
import { readFailedBoots } from "./failed-boots.ts";
import type { GatewayReport } from "./render-gateway.ts";
import type { GatewaySnapshot } from "./snapshot.ts";

/** Adds to a gateway's snapshot what is worth reading for one alone: its history and its boots. */
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
