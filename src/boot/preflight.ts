import { isPossibleId } from "./user-map.ts";

/** The ids of this process and of hermes. */
export interface UserFacts {
  readonly uid: number;
  readonly gid: number;
  /** The ids of the user hermes; null if the image has no such user. */
  readonly hermes: { readonly uid: number; readonly gid: number } | null;
}

/** The facts that the kernel and the container's engine set for this process. */
export interface PreflightFacts extends UserFacts {
  /** True if s6-svscan is alive in this container already. */
  readonly hasInit: boolean;
  /** `CapEff` of `/proc/self/status`. */
  readonly capabilities: bigint;
  readonly runIsWritable: boolean;
  /**
   * True if another image put services into the older of s6-overlay's two directories of bundles while this image's are
   * in the newer one: s6-overlay (3.2.3.1 and later) then reads the older one alone.
   */
  readonly hasHiddenBundles: boolean;
  /** The number of tasks that the container may have (`pids.max`); null if it is not limited or not known. */
  readonly taskLimit: number | null;
  /** The mount options of `/run`, or of the mount that it is on; empty if they are not known. */
  readonly runOptions: readonly string[];
  /** The variables that root's programs take from their caller, and what hermes can write of the paths in them. */
  readonly exposed: readonly { readonly variable: string; readonly path: string }[];
}

/** A thing that is missing, what it breaks, and the flag that gives it. */
export interface PreflightProblem {
  /** Without it nothing can be started. */
  readonly fatal: boolean;
  readonly message: string;
  readonly hint: string;
}

/**
 * Capabilities that the tree needs as root (capabilities(7)), and what for. Without KILL neither gateways nor the
 * container would ever end: root's s6 may not signal what hermes runs.
 */
const NEEDED_CAPABILITIES = [
  { name: "CHOWN", bit: 0n, fatal: false, use: "give files of root's on the volume to hermes" },
  { name: "KILL", bit: 5n, fatal: true, use: "stop what runs as hermes" },
  { name: "SETGID", bit: 6n, fatal: true, use: "drop from root to hermes" },
  { name: "SETUID", bit: 7n, fatal: true, use: "drop from root to hermes" },
] as const;

/** The bundle of services that s6-overlay starts: since 3.2.3.1, and before. */
export const BUNDLE = "/etc/s6-overlay/user-bundles.d/user";
export const OLD_BUNDLE = "/etc/s6-overlay/s6-rc.d/user";

const refusal = (message: string, hint: string): PreflightProblem => ({
  fatal: true,
  message,
  hint,
});

/** Root without a user to become would run everything as root. */
export const NO_HERMES = refusal(
  "Cannot drop from root to hermes: /etc/passwd has no user hermes, or says that it is root",
  "leave the image's /etc/passwd and /etc/group as they are, without a mount over them; PUID and PGID choose the ids",
);

/** The supported way to get these ids, or, for a uid that hermes cannot have, to do without. */
function suggestIds({ uid, gid }: UserFacts, hermes: string): string {
  if (!isPossibleId(uid)) {
    return `pass --user ${hermes} (in Kubernetes: runAsUser and runAsGroup), or leave out --user`;
  }
  const group = isPossibleId(gid) ? ` -e HERMES_GID=${gid}` : "";
  const [others, what] = group === "" ? ["PUID", "this uid"] : ["PUID and PGID", "these ids"];
  return `leave out --user and pass -e HERMES_UID=${uid}${group} (or ${others}): hermes gets ${what}`;
}

/** Refuses an unexpected uid, with the supported way to get these ids. */
export function checkUser(facts: UserFacts): PreflightProblem | null {
  const { uid, hermes } = facts;
  if (hermes === null || hermes.uid === 0) return NO_HERMES;
  if (uid === 0 || uid === hermes.uid) return null;
  const ids = `${hermes.uid}:${hermes.gid}`;
  return refusal(
    `Cannot run as uid ${uid}: the image runs as root, or rootless as hermes (${ids})`,
    suggestIds(facts, ids),
  );
}

function checkInit({ hasInit }: PreflightFacts): PreflightProblem | null {
  if (!hasInit) return null;
  return refusal(
    "Cannot start an init: this container has one already",
    "run the program itself: docker exec <container> hermes status",
  );
}

function checkRun({ uid, runIsWritable, runOptions }: PreflightFacts): PreflightProblem | null {
  const options = `exec${uid === 0 ? "" : ",mode=1777"}`;
  const hint = `add --tmpfs /run:${options} to docker run (in Kubernetes: mount an emptyDir there)`;
  if (!runIsWritable) return refusal("Cannot write to /run, where the services live", hint);
  if (!runOptions.includes("noexec")) return null;
  return refusal("Cannot run programs on /run: it is mounted noexec", hint);
}

function checkCapabilities(facts: PreflightFacts): readonly PreflightProblem[] {
  if (facts.uid !== 0) return [];
  const missing = NEEDED_CAPABILITIES.filter(
    ({ bit }) => ((facts.capabilities >> bit) & 1n) === 0n,
  );
  return missing.map(({ name, fatal, use }) => ({
    fatal,
    message: `Cannot ${use}: the capability ${name} is missing`,
    hint: `add --cap-add ${name} to docker run, or run rootless with --user ${facts.hermes?.uid ?? 10_000}:${facts.hermes?.gid ?? 10_000}`,
  }));
}

/** Describes what root runs before the image can prevent it: programs on PATH, libraries of the dynamic linker. */
function checkExposed({ uid, exposed }: PreflightFacts): readonly PreflightProblem[] {
  if (uid !== 0) return [];
  return exposed.map(({ variable, path }) => ({
    fatal: false,
    message: `${variable} lets hermes decide what root runs: it can write to ${path}`,
    hint:
      variable === "PATH"
        ? "put that directory at the end of PATH (docs/privileges.md)"
        : `leave ${variable} out, or name what root owns (docs/privileges.md)`,
  }));
}

/** Number of processes and threads that the boot has at the same time, with either init (measured: 27). */
const BOOT_TASKS = 32;

/** Refuses a limit that kills programs of the boot before they can report anything. */
function checkTasks({ taskLimit }: PreflightFacts): PreflightProblem | null {
  if (taskLimit === null || taskLimit >= BOOT_TASKS) return null;
  return refusal(
    `Cannot boot: the container may have ${taskLimit} processes, and the boot alone takes ${BOOT_TASKS}`,
    "pass a higher --pids-limit to docker run (`pids_limit` in Compose): threads count, 128 is enough for a few gateways",
  );
}

function checkBundles({ hasHiddenBundles }: PreflightFacts): PreflightProblem | null {
  if (!hasHiddenBundles) return null;
  return refusal(
    `Cannot start the image's services: s6-overlay reads ${OLD_BUNDLE} and not ${BUNDLE}`,
    `move what is in ${OLD_BUNDLE}/contents.d to ${BUNDLE}/contents.d, and remove ${OLD_BUNDLE}`,
  );
}

/** Finds what is missing before anything is started. */
export function checkPreflight(facts: PreflightFacts): readonly PreflightProblem[] {
  const refused = checkUser(facts) ?? checkInit(facts);
  if (refused !== null) return [refused];
  const missing = [checkRun(facts), checkTasks(facts), checkBundles(facts)];
  const found = [...missing, ...checkCapabilities(facts), ...checkExposed(facts)];
  return found.filter((problem) => problem !== null);
}

/** Parses `CapEff` of `/proc/<pid>/status`; 0 if it is missing. */
export function parseEffectiveCapabilities(status: string): bigint {
  const digits = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  return digits === undefined ? 0n : BigInt(`0x${digits}`);
}
