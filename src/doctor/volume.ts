import { join } from "node:path";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { PROFILE_DIRECTORIES, profileDirectory, ROOT_DIRECTORIES } from "../profiles/paths.ts";
import { listProfiles } from "../profiles/store.ts";
import { LOGS } from "./logs.ts";
import { PROFILE_NAMES } from "./profiles.ts";
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
/** The limits of free space: a share of the volume between `least` and `most` bytes, and a number of files. */
const SPACE = {
  warning: { share: 0.05, least: 8 * MIB, most: 256 * MIB, files: 1000 },
  problem: { share: 0.01, least: 2 * MIB, most: 32 * MIB, files: 100 },
} as const;

const diskSpace: Check = {
  id: "disk",
  title: "Disk space",
  applies: always,
  run: async ({ host, root }) => {
    const space = host.files.readSpace(root);
    if (space === null) return ok("the volume does not report its free space");
    const { freeBytes, totalBytes, freeFiles } = space;
    const below = ({ share, least, most, files }: (typeof SPACE)[keyof typeof SPACE]) =>
      freeBytes < Math.max(least, Math.min(most, totalBytes * share)) || freeFiles < files;
    const free = `${Math.floor(freeBytes / MIB)} MiB and ${freeFiles} files are free on ${root}`;
    const fault = {
      message: `only ${free}`,
      cause: "the volume is nearly full",
      remedy: `delete files on the volume; \`du -xh --max-depth=2 ${root} | sort -h\` lists the largest directories`,
    };
    if (below(SPACE.problem)) return problem(fault);
    return below(SPACE.warning) ? [warning(fault)] : [ok(free)];
  },
};

const MOUNT_WRITABLE = "mount the volume read-write";
const ON_HOST = "make it a directory of the user that runs hermes, or set HERMES_HOME to one";

const MAKE_ROOM = "delete files on the volume";
const LET_WRITE =
  "give the volume to hermes (`chown -R`), or start the container with the ids of its owner as HERMES_UID and HERMES_GID";

/** Remedies by error code, in a container. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
  EACCES: LET_WRITE,
  EPERM: LET_WRITE,
};

const writable: Check = {
  id: "writable",
  title: "Volume",
  applies: always,
  run: async ({ host, root, manager }) => {
    const probe = join(root, ".doctor");
    try {
      host.files.removeTree(probe);
      host.files.createFile(probe, "x\n", 0o600);
      host.files.removeTree(probe);
      return ok(`${root} can be written to`);
    } catch (error) {
      return problem({
        message: `${root} cannot be written to: no change outlives a restart`,
        cause: host.files.describeSystemError(error),
        remedy:
          manager.kind === "s6"
            ? (REMEDIES[host.files.errorCode(error) ?? ""] ?? MOUNT_WRITABLE)
            : ON_HOST,
      });
    }
  },
};

/** Creates directories, continues after an error, and throws the first error at the end. */
function createAll(host: Host, places: readonly Place[]): void {
  const errors = places.flatMap(({ path }) => {
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

/** Returns true if the path of a directory is taken, for example by a link without a target. */
function isTaken(host: Host, path: string): boolean {
  try {
    return host.files.readStatus(path) !== null;
  } catch {
    return false;
  }
}

/** Reports directories that do not exist, as one finding; `create` is its repair. */
function reportMissing(
  places: readonly Place[],
  cause: string,
  remedy: string,
  create: (() => void) | null,
): Finding | null {
  if (places.length === 0) return null;
  const profiles = [...Map.groupBy(places, ({ profile }) => profile)];
  const words = listNames(
    profiles.map(([profile, group]) => `${profile} (${group.map(({ name }) => name).join(", ")})`),
  );
  const message = `${count(profiles.length, "profile")} without a directory: ${words}`;
  if (create === null) return warning({ message, cause, remedy });
  const action = `created ${count(places.length, "directory", "directories")}: ${words}`;
  return warning({ message, cause, remedy, repair: { action, run: async () => create() } });
}

const directories: Check = {
  id: "directories",
  title: "Directories",
  applies: always,
  run: async ({ host, root, manager }) => {
    const places = listProfiles(host, root).flatMap((profile) => {
      const more = profile === DEFAULT_PROFILE ? ROOT_DIRECTORIES : [];
      return [...PROFILE_DIRECTORIES, ...more].map((name) => {
        return { profile, name, path: join(profileDirectory(root, profile), name) };
      });
    });
    const absent = places.filter(({ path }) => !host.files.isDirectory(path));
    const blocked = absent.filter(({ path }) => isTaken(host, path));
    const missing = absent.filter((place) => !blocked.includes(place));
    // Root would own the directories, and hermes may have planted a link.
    const mayRepair = host.users.currentUid() !== 0 || host.users.findUserByName("hermes") === null;
    const findings = [
      reportMissing(
        missing,
        "they were removed, or never created",
        manager.kind === "s6" ? "create them with `mkdir` as hermes" : "create them with `mkdir`",
        mayRepair ? () => createAll(host, missing) : null,
      ),
      reportMissing(
        blocked,
        "another file has that path",
        "remove or rename that file, then create the directories with `mkdir`",
        null,
      ),
    ];
    return orOk(findings, `all ${places.length} exist`);
  },
};

/** The checks of the volume. */
export const VOLUME_CHECKS: readonly Check[] = [
  writable,
  diskSpace,
  OWNERSHIP,
  directories,
  PROFILE_NAMES,
  LOGS,
];
