import { findNamedProfile, scanCommandLine } from "../../core/command-line.ts";
import type { Host } from "../../host/host.ts";
import type { ProcessIdentity } from "../../host/processes.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { pidFilePath } from "../../profiles/paths.ts";
import { parsePidFile } from "./pid-file.ts";
import { readState } from "./state-store.ts";

/** The statement of a file on the volume about a gateway's process. */
interface Claim {
  readonly pid: number | null;
  /** Field 22 of `/proc/<pid>/stat`; null if the file does not have it. */
  readonly startTime: number | null;
}

/**
 * Returns true if the process is a gateway and names no other profile. A pid without its start time may belong to
 * another process by now.
 */
function isGatewayOf(host: Host, pid: number, name: ProfileName): boolean {
  const words = host.processes.readArguments(pid);
  const named = findNamedProfile(scanCommandLine(words));
  return words.includes("gateway") && (named === null || named === name);
}

/** The process that a claim is about, if it lives, is the same one, and is not this one. */
export function confirmClaim(
  host: Host,
  name: ProfileName,
  { pid, startTime }: Claim,
): ProcessIdentity | null {
  if (pid === null || pid === host.self.pid) return null;
  const facts = host.processes.readProcess(pid);
  if (facts === null) return null;
  const same = startTime === null ? isGatewayOf(host, pid, name) : startTime === facts.startTime;
  return same ? { pid: facts.pid, startTime: facts.startTime } : null;
}

/** The process that says in `gateway.pid` that it owns the profile, if it lives. */
export function readOwner(host: Host, profile: string, name: ProfileName): ProcessIdentity | null {
  const outcome = host.files.readTextFile(pidFilePath(profile), 65_536);
  const record = outcome.kind === "text" ? parsePidFile(outcome.text) : null;
  return record === null ? null : confirmClaim(host, name, record);
}

/**
 * Returns the process that claims to be the gateway of a profile, in `gateway.pid` or in its state file, which is all
 * that an external agent has to write; null if no such process is alive.
 */
export function findOwner(host: Host, profile: string, name: ProfileName): ProcessIdentity | null {
  const owner = readOwner(host, profile, name);
  if (owner !== null) return owner;
  const outcome = readState(host, profile);
  return outcome.kind === "state" ? confirmClaim(host, name, outcome.state) : null;
}
