import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { PROFILE_DIRECTORIES, profileDirectory, ROOT_DIRECTORIES } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { LOGS } from "./logs.ts";
import { NAMES } from "./names.ts";
import { OWNERSHIP } from "./ownership.ts";
import {
  always,
  count,
  listNames,
  ok,
  orOk,
  problem,
  warning,
  type Check,
  type Finding,
} from "./finding.ts";

const MIB = 1_048_576;
/** What is too little: a share of the whole, but not more than `most` bytes nor less than `least`; and files. */
const SPACE = {
  warning: { share: 0.05, least: 8 * MIB, most: 256 * MIB, files: 1000 },
  problem: { share: 0.01, least: 2 * MIB, most: 32 * MIB, files: 100 },
} as const;

const diskSpace: Check = {
  id: "disk",
  title: "Disk space",
  applies: always,
  look: async ({ host, root }) => {
    const space = host.files.readSpace(root);
    if (space === null) return [ok("the volume does not say how much is free")];
    const { freeBytes, totalBytes, freeFiles } = space;
    const below = ({ share, least, most, files }: (typeof SPACE)[keyof typeof SPACE]) =>
      freeBytes < Math.max(least, Math.min(most, totalBytes * share)) || freeFiles < files;
    const free = `${Math.floor(freeBytes / MIB)} MiB and ${freeFiles} files are free on ${root}`;
    const trouble = {
      message: free,
      cause: "states, logs and sessions are not written when it is full",
      remedy: `make room on the volume; \`du -xh --max-depth=2 ${root} | sort -h\` shows what takes it`,
    };
    if (below(SPACE.problem)) return [problem(trouble)];
    return below(SPACE.warning) ? [warning(trouble)] : [ok(free)];
  },
};

const IN_CONTAINER = {
  cause: "nothing that is asked for outlives the container, and gateways log to its output only",
  remedy: "mount the volume read-write",
};
const ON_HOST = {
  cause: "nothing that is asked for is kept",
  remedy: "make it a directory of the user that runs hermes, or set HERMES_HOME to one",
};

const MAKE_ROOM = "make room on the volume";
const LET_WRITE =
  "give the volume to hermes (`chown -R`), or start the container with the ids of its owner as HERMES_UID and HERMES_GID";

/** Orders for the reasons that have one of their own. */
const ORDERS: Readonly<Record<string, string>> = {
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
  EACCES: LET_WRITE,
  EPERM: LET_WRITE,
};

/** What to do about a volume in a container that failed with this error. */
function orderFor(host: Host, error: unknown): string {
  return ORDERS[host.files.errorCode(error) ?? ""] ?? IN_CONTAINER.remedy;
}

const writable: Check = {
  id: "writable",
  title: "Volume",
  applies: always,
  look: async ({ host, root, manager }) => {
    const probe = join(root, ".doctor");
    try {
      host.files.removeTree(probe);
      host.files.createFile(probe, "x\n", 0o600);
      host.files.removeTree(probe);
      return [ok(`${root} takes what is written`)];
    } catch (error) {
      return [
        problem({
          message: `${root} cannot be written to: ${host.files.describeSystemError(error)}`,
          ...(manager.kind === "s6" ? { ...IN_CONTAINER, remedy: orderFor(host, error) } : ON_HOST),
        }),
      ];
    }
  },
};

/** Makes every directory that can be made; throws the first error at the end. */
function makeAll(host: Host, paths: readonly string[]): void {
  const errors = paths.flatMap((path): readonly unknown[] => {
    try {
      host.files.ensureDirectory(path, 0o755);
      return [];
    } catch (error) {
      return [error];
    }
  });
  if (errors.length > 0) throw errors[0];
}

interface Place {
  readonly profile: string;
  readonly name: string;
  readonly path: string;
}

/** Whether there is something, a dangling link for example, where a directory should be. */
function isInTheWay(host: Host, path: string): boolean {
  try {
    return host.files.readStatus(path) !== null;
  } catch {
    return false;
  }
}

/** What is said of directories that are not there. */
function lackOf(
  lack: string,
  places: readonly Place[],
  {
    remedy,
    repair,
  }: { readonly remedy: string; readonly repair: ((paths: readonly string[]) => void) | null },
): readonly Finding[] {
  const profiles = [...new Set(places.map(({ profile }) => profile))];
  if (profiles.length === 0) return [];
  const namesOf = (profile: string) =>
    places.flatMap((place) => (place.profile === profile ? [place.name] : [])).join(", ");
  const words = listNames(profiles.map((profile) => `${profile} (${namesOf(profile)})`));
  const trouble = {
    message: `${lack} in ${count(profiles.length, "profile")}: ${words}`,
    cause: "what belongs there has no place",
    remedy,
  };
  if (repair === null) return [warning(trouble)];
  const action = `made ${count(places.length, "directory", "directories")}: ${words}`;
  const mend = async () => repair(places.map(({ path }) => path));
  return [warning({ ...trouble, repair: { action, mend } })];
}

const directories: Check = {
  id: "directories",
  title: "Directories",
  applies: always,
  look: async ({ host, root, manager }) => {
    const wanted = listProfiles(host, root).map((profile) => {
      const more = profile === DEFAULT_PROFILE ? ROOT_DIRECTORIES : [];
      return { profile, names: [...PROFILE_DIRECTORIES, ...more] };
    });
    const total = wanted.reduce((sum, { names }) => sum + names.length, 0);
    const places = wanted.flatMap(({ profile, names }) =>
      names.map((name) => ({ profile, name, path: join(profileDirectory(root, profile), name) })),
    );
    const lacking = places.filter(({ path }) => !host.files.isDirectory(path));
    const [blocked, missing] = [true, false].map((isThere) =>
      lacking.filter(({ path }) => isInTheWay(host, path) === isThere),
    );
    // What root makes is root's, and hermes may have put a link in its way.
    const mayMend = host.users.currentUid() !== 0 || host.users.findUserByName("hermes") === null;
    const findings = [
      ...lackOf("missing", missing ?? [], {
        remedy: manager.kind === "s6" ? "`mkdir` them, as hermes" : "`mkdir` them",
        repair: mayMend ? (paths) => makeAll(host, paths) : null,
      }),
      ...lackOf("something else stands in their place", blocked ?? [], {
        remedy: "remove it, or give it another name, and then `mkdir` them",
        repair: null,
      }),
    ];
    return orOk(findings, `all ${total} are there`);
  },
};

/** About what is on the volume. */
export const VOLUME_CHECKS: readonly Check[] = [
  writable,
  diskSpace,
  OWNERSHIP,
  directories,
  NAMES,
  LOGS,
];
