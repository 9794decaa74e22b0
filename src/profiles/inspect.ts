import { join } from "node:path";
import type { Host } from "../host/host.ts";
import type { ListOutcome } from "../host/reading.ts";
import { DEFAULT_PROFILE, parseProfileName } from "./name.ts";
import { markerPath, profilesDirectory } from "./paths.ts";

/** The kinds of entries in the directory of profiles. */
export type ProfileFinding =
  | { readonly kind: "profile" }
  /** No profile: the name is free, or its entry is not meant to be one. */
  | { readonly kind: "none" }
  /** Meant to be a profile, and none that can be used. */
  | { readonly kind: "broken"; readonly reason: string }
  /** A link, and this process is root, which does not follow it. */
  | { readonly kind: "unseen"; readonly reason: string };

const broken = (reason: string): ProfileFinding => ({ kind: "broken", reason });

/** The profile that a linked directory leads to, null without one: two gateways would share one state. */
function findSharedProfile(host: Host, root: string, name: string): string | null {
  const pathOf = (entry: string) => join(profilesDirectory(root), entry);
  if (host.files.isSameFile(pathOf(name), root)) return DEFAULT_PROFILE;
  const outcome = host.files.listDirectory(profilesDirectory(root));
  const others = outcome.kind === "names" ? outcome.names : [];
  // Of several links to one directory, the first is the profile.
  const isBefore = (other: string) => host.files.readLink(pathOf(other)) === null || other < name;
  const shared = others.find(
    (other) =>
      other !== name &&
      other !== DEFAULT_PROFILE &&
      parseProfileName(other).ok &&
      isBefore(other) &&
      host.files.isSameFile(pathOf(name), pathOf(other)),
  );
  return shared ?? null;
}

/**
 * Looks at one name in the directory of profiles, with the rights of this user: a profile is a directory with a
 * file `SOUL.md` in it; both may be links. Throws if the directory may not be read.
 */
export function inspectProfile(host: Host, root: string, name: string): ProfileFinding {
  const directory = join(profilesDirectory(root), name);
  const target = host.files.readTarget(directory);
  if (target.kind === "missing") return { kind: "none" };
  if (target.kind === "unusable") return broken(`it ${target.reason}`);
  if (target.kind === "not-followed") return { kind: "unseen", reason: `it ${target.reason}` };
  if (target.status.kind !== "directory") {
    return target.isLink ? broken(`it ${host.files.describeTarget(target)}`) : { kind: "none" };
  }
  const marker = host.files.readTarget(markerPath(directory));
  if (marker.kind === "missing") return { kind: "none" };
  if (marker.kind === "not-followed") return { kind: "profile" };
  if (marker.kind === "unusable") return broken(`its SOUL.md ${marker.reason}`);
  if (marker.status.kind !== "file") {
    return broken(`its SOUL.md ${host.files.describeTarget(marker)}`);
  }
  const shared = target.isLink ? findSharedProfile(host, root, name) : null;
  return shared === null ? { kind: "profile" } : broken(`it is a link to profile '${shared}'`);
}

/** Lists the names in the folder of profiles, not hidden ones; in small letters if the volume ignores case. */
export function listProfileNames(host: Host, root: string): ListOutcome {
  const directory = profilesDirectory(root);
  const outcome = host.files.listDirectory(directory);
  if (outcome.kind !== "names") return outcome;
  const shown = outcome.names.filter((name) => !name.startsWith("."));
  const known = new Set(shown);
  const answersTo = (name: string): boolean => {
    try {
      return host.files.readStatus(join(directory, name)) !== null;
    } catch {
      return false;
    }
  };
  const names = shown.map((text) => {
    const small = text.toLowerCase();
    const isOther = small !== text && parseProfileName(small).ok && !known.has(small);
    return isOther && answersTo(small) ? small : text;
  });
  return { kind: "names", names: names.toSorted() };
}

/** A longer name that is escaped says no more. */
const LONGEST_NAME = 255;

/** The names in the folder of profiles that are not UTF-8, as a person may read them, without hidden ones. */
export function listUndecodableNames(host: Host, root: string): readonly string[] {
  return host.files
    .listUndecodable(profilesDirectory(root))
    .filter((name) => !name.startsWith("."))
    .map((name) => name.slice(0, LONGEST_NAME));
}
