import { basename, join } from "node:path";
import { AppError, ExitCode } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import { BOOT_DIRECTORY } from "../core/boot-directory.ts";
import {
  ENTRY_POINT,
  FALLBACK_BOOT,
  FALLBACK_INIT,
  INIT,
  isImage,
  MAIN_WRAPPER,
  OVERLAY_BOOT,
} from "../core/image.ts";
import { waitUntil } from "../core/wait-until.ts";

/**
 * The phase of the container's boot: `none` if no init of the image runs (a host, or the image with another entry
 * point), `booting` until every gateway of the volume has its slot, then `booted`.
 */
export type BootPhase = "none" | "booting" | "booted";

/** Written as the last thing of the boot: which process is the top of the tree that has booted. */
const BOOTED = join(BOOT_DIRECTORY, "booted.json");

/** The file in which the fallback init writes the pid of its s6-svscan; s6-overlay's is always PID 1. */
const SVSCAN_PID = "/run/s6/svscan-pid";

/** The pid of this container's s6-svscan, the process that all of its services descend from. */
export function findTreeTop(host: Host): number {
  const pid = Number(host.files.readSystemFile(SVSCAN_PID) ?? 1);
  return pid > 0 ? pid : 1;
}

/** Records that the boot of this life of the container is over. Throws the system's error. */
export function recordBooted(host: Host): void {
  const pid = findTreeTop(host);
  const startTime = host.processes.readProcess(pid)?.startTime ?? 0;
  host.files.writeFileAtomically(BOOTED, JSON.stringify({ pid, startTime }), 0o644);
}

/**
 * Returns true if the record is of this life of the container: `/run` may outlive a restart, and the record's process
 * does not. The start time tells it from a new process with the same pid.
 */
function isBooted(host: Host): boolean {
  const outcome = host.files.readTextFile(BOOTED, 4096);
  const value = outcome.kind === "text" ? parseJson(outcome.text) : undefined;
  if (!isJsonObject(value) || typeof value["pid"] !== "number") return false;
  return (host.processes.readProcess(value["pid"])?.startTime ?? 0) === value["startTime"];
}

/** The scripts that become an init, or that an init runs, as words of a command line, also in a shell's `-c`. */
const INIT_SCRIPT = new RegExp(
  `(?:^|[\\s'";&])(?:${[ENTRY_POINT, MAIN_WRAPPER, INIT, FALLBACK_INIT, OVERLAY_BOOT, FALLBACK_BOOT].join("|")})(?:[\\s'";&]|$)`,
);

/** Programs of container engines: a process that is still one of these has not become the entry point yet. */
const RUNTIMES: ReadonlySet<string> = new Set(["runc", "crun", "youki", "runsc"]);

/** Returns true for an init of the image, or a process that is about to become one. */
function isInit(host: Host, pid: number, command: string): boolean {
  if (command === "s6-svscan") return true;
  const argv = host.processes.readArguments(pid);
  if (INIT_SCRIPT.test(argv.join(" "))) return true;
  return pid === 1 && RUNTIMES.has(basename(argv[0] ?? ""));
}

/**
 * Returns true for a process of this container, whose processes share a control group (cgroups(7)). Processes of other
 * containers are visible too if they share their processes (`docker run --pid`).
 */
export function isOfThisContainer(host: Host, pid: number): boolean {
  const groupOf = (who: number | "self") => host.files.readSystemFile(`/proc/${who}/cgroup`);
  return groupOf(pid) === groupOf("self");
}

/** Returns true if an init of this container runs. */
function hasInit(host: Host): boolean {
  return host.processes
    .listProcesses()
    .some(({ pid, command }) => isInit(host, pid, command) && isOfThisContainer(host, pid));
}

/** Returns the phase of this container's boot; every user may ask, also before the init has started. */
export function readBootPhase(host: Host): BootPhase {
  if (!isImage(host)) return "none";
  if (isBooted(host)) return "booted";
  return hasInit(host) ? "booting" : "none";
}

/** The supervised process below which s6-overlay runs cont-init.d. */
const ONESHOT_RUNNER = "s6rc-oneshot-runner";

/** Returns true if the boot has started this process (a script in cont-init.d), which would wait for itself. */
export function isPartOfBoot(host: Host): boolean {
  if (readBootPhase(host) !== "booting") return false;
  return host.processes.listAncestry().some(({ pid }) => {
    const argv = host.processes.readArguments(pid);
    return (
      argv.includes(OVERLAY_BOOT) || argv.includes(FALLBACK_BOOT) || argv[1] === ONESHOT_RUNNER
    );
  });
}

/** Seconds that a command waits for the boot. */
const BOOT_WAIT_S = 30;

/**
 * Waits until the container has booted, for what changes something: before that the boot would not know of it. Throws
 * exit code 75 after 30 s.
 */
export async function waitForBoot(host: Host): Promise<void> {
  const isOver = () => readBootPhase(host) !== "booting";
  if (isOver() || isPartOfBoot(host)) return;
  if (await waitUntil(host, isOver, BOOT_WAIT_S * 1000, 50)) return;
  throw new AppError(
    "time-limit",
    `Cannot change gateways yet: the container is still booting after ${BOOT_WAIT_S} s`,
    {
      hint: "try again in a moment; `docker logs <container>` says what the boot waits for",
      exitCode: ExitCode.tryAgain,
    },
  );
}
