import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { listHalfMade } from "../profiles/deletion-steps.ts";
import { DEFAULT_PROFILE, parseProfileName } from "../profiles/name.ts";
import { inspectProfile, listProfileNames, listUndecodableNames } from "../profiles/inspect.ts";
import { profileDirectory, profilesDirectory, staleFilePaths } from "../profiles/paths.ts";
import { describeInvalidState, type DesiredState } from "../gateway/record/state-file.ts";
import { readState } from "../gateway/record/state-store.ts";
import { readExitHistory } from "../gateway/record/exit-history.ts";
import { judgePriorExit, type PriorExit } from "./prior-exit.ts";

/** A state file as the plan sees it; one that cannot be read tells nothing but its problem. */
export interface ObservedState {
  readonly reportedState: string | null;
  readonly desired: DesiredState | null;
  /** null without a reported state. */
  readonly priorExit: PriorExit | null;
  /** Says why the file cannot be read, or which of its values are wrong. */
  readonly problem: string | null;
}

/** One entry of the volume that is a profile, or looks like one. */
export type Observation =
  /** `state` is null if there is no state file. */
  | { readonly kind: "profile"; readonly name: string; readonly state: ObservedState | null }
  | { readonly kind: "rejected"; readonly name: string; readonly reason: string };

const unreadable = (problem: string): ObservedState => ({
  reportedState: null,
  desired: null,
  priorExit: null,
  problem,
});

function observeState(host: Host, directory: string): ObservedState | null {
  try {
    const outcome = readState(host, directory);
    if (outcome.kind === "missing") return null;
    if (outcome.kind === "unreadable") return unreadable(outcome.reason);
    const { reportedState, desired } = outcome.state;
    const lastExit = readExitHistory(host, directory).at(-1) ?? null;
    const priorExit = reportedState === null ? null : judgePriorExit(outcome.state, lastExit);
    return { reportedState, desired, priorExit, problem: describeInvalidState(outcome.state) };
  } catch (error) {
    return unreadable(`state file: ${host.files.describeSystemError(error)}`);
  }
}

/** Observes `profiles/default` if it looks like a profile: its line is not that of the root profile. */
const UNUSED: Observation = {
  kind: "rejected",
  name: "profiles/default",
  reason: "'default' is the root profile; profiles/default is not used",
};

/** Observes one entry of the profiles directory; null if it is no profile and is not meant to be one. */
function observeEntry(host: Host, root: string, name: string): Observation | null {
  const reject = (reason: string): Observation => ({ kind: "rejected", name, reason });
  try {
    const finding = inspectProfile(host, root, name);
    if (finding.kind === "none") return null;
    if (name === DEFAULT_PROFILE) return UNUSED;
    if (finding.kind !== "profile") return reject(finding.reason);
  } catch (error) {
    // The agent keeps what is its own there.
    if (name === DEFAULT_PROFILE) return null;
    return reject(`cannot read the profile directory: ${host.files.describeSystemError(error)}`);
  }
  const parsed = parseProfileName(name);
  if (!parsed.ok) return reject(parsed.reason);
  const directory = profileDirectory(root, parsed.name);
  return { kind: "profile", name, state: observeState(host, directory) };
}

/** Looks at every profile of the volume and changes nothing. What is wrong with one is a part of its observation. */
export function observeVolume(host: Host, root: string): readonly Observation[] {
  const outcome = listProfileNames(host, root);
  const names = outcome.kind === "names" ? outcome.names : [];
  const named = names.flatMap((name) => observeEntry(host, root, name) ?? []);
  const undecodable = listUndecodableNames(host, root).map((name): Observation => ({
    kind: "rejected",
    name,
    reason: "its name is not UTF-8",
  }));
  return [
    { kind: "profile", name: DEFAULT_PROFILE, state: observeState(host, root) },
    ...named,
    ...undecodable,
  ];
}

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
  const leftOver = listHalfMade(host, root).map(({ path }) => path);
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
