import { join, resolve } from "node:path";
import { ROOT_PATH } from "../core/runtime-environment.ts";
import { findMountOptions, readMounts } from "../core/mounts.ts";
import type { Host } from "../host/host.ts";
import type { User } from "../host/users.ts";
import { OVERLAY_INIT } from "../core/image.ts";
import { STATIC_SERVICES } from "../services/image/static-services.ts";
import { hasTree } from "../services/image/tree.ts";
import {
  BUNDLE,
  OLD_BUNDLE,
  parseEffectiveCapabilities,
  type PreflightFacts,
  type UserFacts,
} from "./preflight.ts";
import { findWritableParent, mayWrite } from "./volume-path.ts";

const RUN = "/run";

/** Variables that make the dynamic linker load libraries into every program (ld.so(8)). */
const LINKER_VARIABLES = ["LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"] as const;

/** Returns true if hermes decides what is at a path: on the volume, or at or below a place that it may write. */
function isOfHermes(host: Host, user: User, path: string): boolean {
  const home = resolve(host.environment["HERMES_HOME"] ?? "/opt/data");
  const whole = resolve(path);
  if (whole === home || whole.startsWith(`${home}/`)) return true;
  const status = host.files.readTargetStatus(whole);
  return (
    (status !== null && mayWrite(host, user, status)) ||
    findWritableParent(host, whole, user) !== null
  );
}

/** The directories of a PATH that are searched before one of the image's own. */
function searchedFirst(path: string): readonly string[] {
  const directories = path.split(":").filter((directory) => directory.startsWith("/"));
  const last = directories.findLastIndex((one) => ROOT_PATH.split(":").includes(one));
  return directories.slice(0, Math.max(last, 0));
}

/** Returns what the environment lets hermes put into root's programs. */
function readExposed(host: Host): PreflightFacts["exposed"] {
  const user = host.users.findUserByName("hermes");
  if (user === null) return [];
  const { environment } = host;
  const path = environment["HERMES_GIVEN_PATH"] ?? environment["PATH"] ?? "";
  const named = [
    ...searchedFirst(path).map((one) => ({ variable: "PATH", path: one })),
    ...LINKER_VARIABLES.flatMap((variable) =>
      (environment[variable] ?? "")
        .split(/[: ]/)
        .filter((one) => one.startsWith("/"))
        .map((one) => ({ variable, path: one })),
    ),
  ];
  return named.filter((one) => isOfHermes(host, user, one.path));
}

/** Gathers who is who. */
export function readUserFacts({ users }: Host): UserFacts {
  return {
    uid: users.currentUid(),
    gid: users.currentGid(),
    hermes: users.findUserByName("hermes"),
  };
}

/** The limit of tasks of the container's control group: of cgroup v2, or of v1's controller. */
function readTaskLimit(host: Host): number | null {
  for (const path of ["/sys/fs/cgroup/pids.max", "/sys/fs/cgroup/pids/pids.max"]) {
    const text = host.files.readSystemFile(path)?.trim() ?? "";
    if (/^\d+$/.test(text)) return Number(text);
  }
  return null;
}

/** Gathers what the preflight decides on. */
export function readPreflightFacts(host: Host): PreflightFacts {
  return {
    ...readUserFacts(host),
    // A FIFO that we may not write to belongs to a tree of root's: an earlier run would have been ours.
    hasInit: hasTree(host),
    capabilities: parseEffectiveCapabilities(host.files.readSystemFile("/proc/self/status") ?? ""),
    taskLimit: readTaskLimit(host),
    runIsWritable: host.files.isWritable(RUN),
    exposed: readExposed(host),
    hasHiddenBundles:
      host.files.exists(OVERLAY_INIT) &&
      host.files.isDirectory(OLD_BUNDLE) &&
      STATIC_SERVICES.every((name) => host.files.exists(join(BUNDLE, "contents.d", name))),
    runOptions: findMountOptions(readMounts(host) ?? [], RUN),
  };
}
