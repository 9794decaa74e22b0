import { join } from "node:path";
import { listLoggers, trySignal } from "../../core/service-processes.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { waitUntil } from "../../core/wait-until.ts";
import { command } from "../s6/control.ts";
import { loggerDirectory, serviceName } from "../s6/layout.ts";
import { runS6 } from "../s6/programs.ts";
import { isLoggerUp } from "../s6/status.ts";

/** The exit of the last logger of a slot; null if none has exited since the slot was made. */
export interface LoggerDeath {
  readonly exitCode: number;
  /** 0 if no signal ended it. */
  readonly signal: number;
}

/** Bytes of an entry of `death_tally`: a time, an exit code, a signal (s6 2.11 to 2.15). */
const ENTRY_BYTES = 14;

/** Reads how the last logger of a slot ended, as s6-supervise notes it. */
export function readLoggerDeath(host: Host, name: ProfileName): LoggerDeath | null {
  const outcome = host.files.openFile(join(loggerDirectory(host, name), "supervise/death_tally"));
  if (outcome.kind !== "file") return null;
  const { file } = outcome;
  try {
    const size = file.size();
    if (size < ENTRY_BYTES) return null;
    const [exitCode = 0, signal = 0] = file.read(size - 2, 2);
    return { exitCode, signal };
  } finally {
    file.close();
  }
}

/** The loggers of this container that write to a directory: left behind by an s6-supervise that was killed. */
function findLoggers(host: Host, directory: string): readonly number[] {
  return listLoggers(host).flatMap((logger) =>
    logger.directory === directory ? [logger.pid] : [],
  );
}

/**
 * Tells the loggers of this container that write to a directory to end: SIGHUP, which `s6-log -p` obeys. Returns
 * whether there are any.
 */
export function endLoggers(host: Host, directory: string): boolean {
  const loggers = findLoggers(host, directory);
  for (const pid of loggers) trySignal(host, pid, "SIGHUP");
  return loggers.length > 0;
}

/** The exit code of `s6-setlock -n` if another process has the lock (s6 2.11 to 2.15). */
const BUSY = 1;

/** Milliseconds for which a lock must be taken: a logger that starts or ends, and each look, has it briefly. */
const ELSEWHERE_MS = 2000;

/**
 * Returns whether a process outside of this container writes to a log directory: its lock stays taken, and by no logger
 * of this container. Nothing else tells of another container that has the same volume.
 */
export async function isLoggedElsewhere(host: Host, directory: string): Promise<boolean> {
  const lock = join(directory, "lock");
  if (!host.files.exists(lock)) return false;
  const isOurs = async () => {
    const { exitCode } = await runS6(host, "s6-setlock", ["-n", lock, "/usr/bin/true"]);
    return exitCode !== BUSY || findLoggers(host, directory).length > 0;
  };
  return !(await waitUntil(host, isOurs, ELSEWHERE_MS, 100));
}

/** Returns the command line that starts the logger of a gateway. */
export function loggerStartCommand(host: Host, name: ProfileName): string {
  return `s6-svc -u ${loggerDirectory(host, name)}`;
}

/** Milliseconds until s6-supervise has started what it was told to. */
const START_LIMIT_MS = 5000;

/** Starts the logger of a gateway and waits, at most 5 s, until it is up. */
export async function startLogger(host: Host, name: ProfileName): Promise<void> {
  await command(host, `${serviceName(name)}/log`, "start", "-u");
  await waitUntil(host, () => isLoggerUp(host, name) === true, START_LIMIT_MS);
}
