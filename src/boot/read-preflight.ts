import type { Host } from "../host/host.ts";
import { scanControl, scanDirectory } from "../services/s6/layout.ts";
import {
  parseEffectiveCapabilities,
  parseMountOptions,
  type PreflightFacts,
  type UserFacts,
} from "./preflight.ts";

const RUN = "/run";

/** Gathers who is who. */
export function readUserFacts({ users }: Host): UserFacts {
  return {
    uid: users.currentUid(),
    gid: users.currentGid(),
    hermes: users.findUserByName("hermes"),
  };
}

/** Gathers what the preflight decides on. */
export function readPreflightFacts(host: Host): PreflightFacts {
  return {
    ...readUserFacts(host),
    // A FIFO that we may not write to belongs to a tree of root's: an earlier run would have been ours.
    hasInit: host.files.probeFifo(scanControl(scanDirectory(host))) !== "absent",
    capabilities: parseEffectiveCapabilities(host.files.readSystemFile("/proc/self/status") ?? ""),
    runIsWritable: host.files.isWritable(RUN),
    runOptions: parseMountOptions(host.files.readSystemFile("/proc/self/mounts") ?? "", RUN),
  };
}
