import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { FALLBACK_BOOT, MAIN_WRAPPER, OVERLAY_BOOT } from "../core/image.ts";
import { findTreeTop } from "../services/boot-phase.ts";
import { isDashboardCommand } from "./command-words.ts";

/** The process of each init that has the container's words in its command line, after what is its own. */
const INITS = [
  { script: OVERLAY_BOOT, ownWords: 1 },
  { script: FALLBACK_BOOT, ownWords: 0 },
] as const;

/** The container's command, and the process that holds its descriptors. */
export interface ContainerCommand {
  readonly pid: number;
  readonly args: readonly string[];
}

/** Returns true for a process of this container's tree: others' are visible, too, if processes are shared. */
function isOurs(host: Host, pid: number): boolean {
  const top = findTreeTop(host);
  let current = pid;
  while (current > 0 && current !== top) current = host.processes.readProcess(current)?.parent ?? 0;
  return current === top;
}

/** The oldest process of this container with `word` in its command line, and the words after that. */
function findProcess(host: Host, word: string): ContainerCommand | null {
  const processes = host.processes.listProcesses();
  for (const { pid } of processes.toSorted((first, second) => first.pid - second.pid)) {
    const argv = host.processes.readArguments(pid);
    const index = argv.indexOf(word);
    if (index >= 0 && isOurs(host, pid)) return { pid, args: argv.slice(index + 1) };
  }
  return null;
}

/**
 * Finds the container's command: boot scripts get no arguments, but the init's own process has the whole command line,
 * with the wrapper's path in front of the user's words. Null outside the image.
 */
export function findContainerCommand(host: Host): ContainerCommand | null {
  return findProcess(host, MAIN_WRAPPER);
}

/** Returns true if the init runs without a command (`docker run --entrypoint /init <image>`). */
export function isInitWithoutCommand(host: Host): boolean {
  return INITS.some(({ script, ownWords }) => findProcess(host, script)?.args.length === ownWords);
}

/** Returns true for a parent of the container's main program. `docker exec` has another one. */
export function runsMainProgram(host: Host, pid: number): boolean {
  const argv = host.processes.readArguments(pid);
  if (argv[0] === "s6-supervise" && argv[1] === "main-hermes") return true;
  return INITS.some(({ script }) => argv.includes(script));
}

/** Returns true if main-hermes is the main program: without a command, and without a terminal, which it lacks. */
export function isMainService(host: Host): boolean {
  return isInitWithoutCommand(host) && !isSwitchOn(host.environment["HERMES_TUI"]);
}

/** Returns true if the dashboard is a service: switched on, and not the command itself, which has the address then. */
export function isDashboardService(host: Host): boolean {
  if (!isSwitchOn(host.environment["HERMES_DASHBOARD"])) return false;
  return !isDashboardCommand(findContainerCommand(host)?.args ?? []);
}
