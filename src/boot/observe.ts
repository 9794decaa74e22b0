import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE, parseProfileName } from "../profiles/name.ts";
import { markerPath, profilesDirectory, staleFilePaths } from "../profiles/paths.ts";
import { readState } from "../profiles/state-store.ts";
import { readExitHistory } from "../profiles/exit-history.ts";
import type { Observation, ObservedState } from "./observation.ts";
import { judgePriorExit } from "./prior-exit.ts";

function observeState(host: Host, directory: string): ObservedState {
  try {
    const outcome = readState(host, directory);
    if (outcome.kind !== "state") return outcome;
    const { gatewayState, desiredState } = outcome.state;
    const lastExit = readExitHistory(host, directory).at(-1) ?? null;
    const priorExit = judgePriorExit(outcome.state, lastExit);
    return { kind: "state", gatewayState, desiredState, priorExit };
  } catch (error) {
    return { kind: "unreadable", reason: `state file: ${host.files.describeSystemError(error)}` };
  }
}

/** One entry of the profiles directory; null where it is no profile and nobody meant it to be one. */
function observeEntry(host: Host, root: string, name: string): Observation | null {
  const directory = join(profilesDirectory(root), name);
  try {
    const status = host.files.readStatus(directory);
    if (status?.kind === "link") {
      return { kind: "rejected", name, reason: "a profile must be a directory, not a link" };
    }
    if (status?.kind !== "directory") return null;
    if (name === DEFAULT_PROFILE) {
      const reason = "'default' is the root profile; profiles/default is not used";
      return { kind: "rejected", name, reason };
    }
    if (host.files.readStatus(markerPath(directory)) === null) return null;
  } catch (error) {
    const reason = `cannot read the profile directory: ${host.files.describeSystemError(error)}`;
    return { kind: "rejected", name, reason };
  }
  const parsed = parseProfileName(name);
  if (!parsed.ok) return { kind: "rejected", name, reason: parsed.reason };
  return { kind: "profile", name, state: observeState(host, directory) };
}

/**
 * Looks at every profile of the volume and changes nothing. Whatever is wrong with one of them is a
 * part of its observation; the others are not touched by it.
 */
export function observeVolume(host: Host, root: string): readonly Observation[] {
  const outcome = host.files.listDirectory(profilesDirectory(root));
  const names = outcome.kind === "names" ? outcome.names : [];
  const named = names
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => observeEntry(host, root, name) ?? []);
  return [{ kind: "profile", name: DEFAULT_PROFILE, state: observeState(host, root) }, ...named];
}

/** Names of half-made and half-removed profiles, which a killed command leaves behind. */
const LEFT_OVER = /^\.[a-z0-9][a-z0-9_-]*\.(?:tmp|deleted)-\d+$/;

/** Removes what means nothing in a new container. Returns what it could not remove, with the reason. */
export function sweepStaleFiles(
  host: Host,
  root: string,
  observations: readonly Observation[],
): readonly string[] {
  const profiles = observations.flatMap(({ kind, name }) => (kind === "profile" ? [name] : []));
  const stale = profiles.flatMap((name) =>
    staleFilePaths(name === DEFAULT_PROFILE ? root : join(profilesDirectory(root), name)),
  );
  const listing = host.files.listDirectory(profilesDirectory(root));
  const leftOver = (listing.kind === "names" ? listing.names : [])
    .filter((name) => LEFT_OVER.test(name))
    .map((name) => join(profilesDirectory(root), name));
  return [...stale, ...leftOver].flatMap((path) => {
    try {
      // A read-only volume refuses to remove also what is not there.
      if (host.files.readStatus(path) !== null) host.files.removeTree(path);
      return [];
    } catch (error) {
      return [`cannot remove the stale ${path}: ${host.files.describeSystemError(error)}`];
    }
  });
}
