import type { Host } from "../host/host.ts";
import { FALLBACK_BOOT, OVERLAY_BOOT } from "../profiles/image.ts";
import { readBootPhase } from "../services/s6/boot-phase.ts";
import { waitUntil } from "../services/s6/wait.ts";

/** Seconds that a boot may take, unless `HERMES_BOOT_TIMEOUT` says otherwise: another image's scripts may be slow. */
const DEFAULT_LIMIT_S = 600;
/** Milliseconds between two looks, and for how long the script that boots may be missing before it counts as dead. */
const LOOK_MS = 500;
const DEAD_AFTER_MS = 3000;

/** What became of the boot. */
export type BootOutcome = "booted" | "dead" | "too-slow";

/** Seconds that the boot may take: `HERMES_BOOT_TIMEOUT`; infinite for 0, 600 if it is no number. */
export function readBootLimit(environment: Readonly<Record<string, string | undefined>>): number {
  const text = environment["HERMES_BOOT_TIMEOUT"] ?? "";
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : DEFAULT_LIMIT_S;
  return seconds === 0 ? Number.POSITIVE_INFINITY : seconds;
}

/** Whether the script that brings the container up runs; without it nothing brings the boot to its end. */
function isBootAlive(host: Host): boolean {
  return host.processes.listProcesses().some(({ pid }) => {
    const argv = host.processes.readArguments(pid);
    return argv.includes(OVERLAY_BOOT) || argv.includes(FALLBACK_BOOT);
  });
}

/** Waits until the container has booted, the script that does it is gone, or the limit has passed. */
export async function watchBoot(host: Host, limitS: number): Promise<BootOutcome> {
  let aliveAt = host.clock.elapsed();
  let isDead = false;
  const isOver = () => {
    if (readBootPhase(host) === "booted") return true;
    if (isBootAlive(host)) aliveAt = host.clock.elapsed();
    isDead = host.clock.elapsed() - aliveAt > DEAD_AFTER_MS;
    return isDead;
  };
  if (!(await waitUntil(host, isOver, limitS * 1000, LOOK_MS))) return "too-slow";
  return isDead ? "dead" : "booted";
}
