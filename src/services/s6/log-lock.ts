import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { runS6 } from "./programs.ts";
import { waitUntil } from "./wait.ts";

/** Milliseconds for the logger before this one to end by itself, and after it was told to. */
const PATIENCE_MS = 2000;

/** What `s6-setlock -n` exits with where somebody else has the lock (s6 2.11 to 2.15). */
const BUSY = 1;

/** Whether the logger of a slot died before; the first time it costs nothing to ask for more. */
function hasDied(host: Host, slot: string): boolean {
  try {
    // s6-supervise notes each death here.
    return (host.files.readStatus(join(slot, "log/supervise/death_tally"))?.size ?? 0) > 0;
  } catch {
    return false;
  }
}

/** Whether s6-log would get the lock of a log directory, which it takes as its first act, or die. */
async function isFree(host: Host, directory: string): Promise<boolean> {
  const lock = join(directory, "lock");
  if (!host.files.exists(lock)) return true;
  const result = await runS6(host, "s6-setlock", ["-n", lock, "/usr/bin/true"]);
  return result.exitCode !== BUSY;
}

/** The loggers of this container that write to a directory: left behind by an s6-supervise that was killed. */
function findLoggers(host: Host, directory: string): readonly number[] {
  const listing = host.files.listDirectory("/proc");
  const names = listing.kind === "names" ? listing.names : [];
  return names
    .flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
    .filter((pid) => {
      const argv = host.processes.readArguments(pid);
      return argv[0]?.endsWith("s6-log") === true && argv.at(-1) === directory;
    });
}

/**
 * Waits until the s6-log of a slot, if it died before, can have its directory to itself; a logger that was
 * left behind is told to end (SIGHUP, which `s6-log -p` obeys). Returns whether it can: not where another
 * container writes there.
 */
export async function awaitLogDirectory(
  host: Host,
  slot: string,
  directory: string,
): Promise<boolean> {
  if (!hasDied(host, slot)) return true;
  const free = () => isFree(host, directory);
  if (await waitUntil(host, free, PATIENCE_MS)) return true;
  const loggers = findLoggers(host, directory);
  for (const pid of loggers) {
    try {
      host.processes.sendSignal(pid, "SIGHUP");
    } catch {
      // It ended meanwhile.
    }
  }
  return loggers.length > 0 && (await waitUntil(host, free, PATIENCE_MS));
}
