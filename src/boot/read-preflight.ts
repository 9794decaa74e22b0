import type { Host } from "../host/host.ts";
import { parseEffectiveCapabilities, parseMountOptions, type PreflightFacts } from "./preflight.ts";

const RUN = "/run";

/** Gathers what the preflight decides on. */
export function readPreflightFacts(host: Host): PreflightFacts {
  return {
    uid: host.users.currentUid(),
    gid: host.users.currentGid(),
    hermes: host.users.findUserByName("hermes"),
    capabilities: parseEffectiveCapabilities(host.files.readSystemFile("/proc/self/status") ?? ""),
    runIsWritable: host.files.isWritable(RUN),
    runOptions: parseMountOptions(host.files.readSystemFile("/proc/self/mounts") ?? "", RUN),
  };
}
