import type { Host } from "../host/host.ts";
import { isShutdownAnnounced } from "../core/boot-directory.ts";
import { FALLBACK_BOOT, OVERLAY_BOOT, REGISTRAR_DIRECTORY } from "../core/image.ts";
import { isOfThisContainer, readBootPhase } from "../services/boot-phase.ts";
import { waitUntil } from "../core/wait-until.ts";

/** Seconds that a boot may take, unless `HERMES_BOOT_TIMEOUT` says otherwise: another image's scripts may be slow. */
const DEFAULT_LIMIT_S = 600;
/** Milliseconds between two looks, and for how long the script that boots may be missing before it counts as dead. */
const LOOK_MS = 500;
const DEAD_AFTER_MS = 3000;

/** The outcome of the boot; a boot that ends with the container before it is over counts as `booted`. */
export type BootOutcome = "booted" | "dead" | "too-slow";

/** Seconds that the boot may take: `HERMES_BOOT_TIMEOUT`; infinite for 0, 600 if it is no number. */
export function readBootLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment["HERMES_BOOT_TIMEOUT"] ?? "";
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : DEFAULT_LIMIT_S;
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds;
}

/** Finds the script that brings the container up; without it nothing brings the boot to its end. */
function findBootScript(host: Host): readonly number[] {
  return host.processes.listProcesses().flatMap(({ pid }) => {
    const argv = host.processes.readArguments(pid);
    const boots = argv.includes(OVERLAY_BOOT) || argv.includes(FALLBACK_BOOT);
    return boots && isOfThisContainer(host, pid) ? [pid] : [];
  });
}

/** Kills the script of a boot that hangs, so that no command starts, and s6-rc, whose lock the shutdown waits for. */
export function killBoot(host: Host): void {
  const clients = host.processes
    .listProcesses()
    .filter(({ pid, command }) => command === "s6-rc" && isOfThisContainer(host, pid));
  for (const pid of [...findBootScript(host), ...clients.map((client) => client.pid)]) {
    host.processes.sendSignal(pid, "SIGKILL");
  }
}

/** Waits until the container has booted, the script that does it is gone, or the limit has passed. */
export async function watchBoot(host: Host, limitS: number): Promise<BootOutcome> {
  let aliveAt = host.clock.elapsed();
  let isDead = false;
  const isOver = () => {
    // The services have been started, be they down again by now: cont-init.d may end although their starter is dead.
    const wereStarted = host.files.exists(REGISTRAR_DIRECTORY);
    if (readBootPhase(host) === "booted" && wereStarted) return true;
    // A boot that has begun to end did not hang.
    if (isShutdownAnnounced(host)) return true;
    if (findBootScript(host).length > 0) aliveAt = host.clock.elapsed();
    isDead = host.clock.elapsed() - aliveAt > DEAD_AFTER_MS;
    return isDead;
  };
  if (!(await waitUntil(host, isOver, limitS * 1000, LOOK_MS))) return "too-slow";
  return isDead ? "dead" : "booted";
}
