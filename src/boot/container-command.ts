import type { Host } from "../host/host.ts";

/** The script through which the container's command runs, in every way of starting the image. */
export const MAIN_WRAPPER = "/usr/local/lib/hermes/main-wrapper.sh";

/** The process of each init that has the container's words in its command line, after what is its own. */
const INITS = [
  { script: "/run/s6/basedir/scripts/rc.init", ownWords: 1 },
  { script: "/usr/local/lib/hermes/plain/boot", ownWords: 0 },
] as const;

/** The container's command, and the process that holds its descriptors. */
export interface ContainerCommand {
  readonly pid: number;
  readonly args: readonly string[];
}

/** The oldest process with `word` in its command line, and the words after that. */
function findProcess(host: Host, word: string): ContainerCommand | null {
  const outcome = host.files.listDirectory("/proc");
  if (outcome.kind !== "names") return null;
  const pids = outcome.names.flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  for (const pid of pids.toSorted((first, second) => first - second)) {
    const argv = host.processes.readArguments(pid);
    const index = argv.indexOf(word);
    if (index >= 0) return { pid, args: argv.slice(index + 1) };
  }
  return null;
}

/**
 * Finds the container's command: boot scripts get no arguments, but the init's own process has the
 * whole command line, with the wrapper's path in front of the user's words. Null outside the image.
 */
export function findContainerCommand(host: Host): ContainerCommand | null {
  return findProcess(host, MAIN_WRAPPER);
}

/** Whether the init runs without any command (`docker run --entrypoint /init <image>`). */
export function isInitWithoutCommand(host: Host): boolean {
  return INITS.some(({ script, ownWords }) => findProcess(host, script)?.args.length === ownWords);
}
