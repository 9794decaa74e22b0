import { join } from "node:path";
import * as v from "valibot";
import { parseTaiLabel } from "../../core/tai.ts";
import type { Host } from "../../host/host.ts";
import { AppError } from "../../core/errors.ts";
import type { ProfileName } from "../../profiles/name.ts";
import type { ServiceExit, ServiceStatus, StatusReading } from "../manager.ts";
import { controlFifo, loggerDirectory, servicePath } from "./layout.ts";
import { runS6, s6Failure } from "./programs.ts";
import { MAX_STATUS_BYTES, parseStatusFile } from "./status-file.ts";

const NOT_REGISTERED: StatusReading = { kind: "not-registered" };

/** The fields asked of s6-svstat, which every s6 from 2.11 on knows; its prose differs by version. */
const FIELDS = "up,wantedup,ready,pid,exitcode,signal,updownfor,updownsince,readysince";

const flag = v.pipe(
  v.picklist(["true", "false"]),
  v.transform((word) => word === "true"),
);
const integer = v.pipe(v.string(), v.regex(/^-?\d+$/), v.transform(Number));
/** A TAI64N label: of fixed length, so that later ones sort after earlier ones. */
const label = v.pipe(v.string(), v.regex(/^@[0-9a-f]{24}$/));
const answerSchema = v.strictTuple([
  flag,
  flag,
  flag,
  integer,
  integer,
  v.string(),
  integer,
  label,
  label,
]);

/** s6-svstat prints the code -1 after a signal, and the signal `NA` after an exit. */
function parseLastExit(code: number, signal: string): ServiceExit | null {
  if (signal !== "NA") return { kind: "signal", signal };
  return code < 0 ? null : { kind: "code", code };
}

/** Parses the answer of `s6-svstat -o`; null for anything else. */
export function parseServiceStatus(text: string): ServiceStatus | null {
  const result = v.safeParse(answerSchema, text.trim().split(/\s+/));
  if (!result.success) return null;
  const [up, wantedUp, ready, pid, exitCode, signal, secondsInState, since, readySince] =
    result.output;
  const time = parseTaiLabel(since.slice(1));
  if (time === null) return null;
  // s6-supervise notes the end of `finish` as "ready" (to be started again), after it noted the death.
  const finished = !up && readySince >= since;
  return {
    up,
    wantedUp,
    ready: up && ready,
    finished,
    pid: up ? pid : null,
    secondsInState,
    since: time,
    lastExit: parseLastExit(exitCode, signal),
  };
}

/** Reads the status that s6-supervise has written; null if the file has no known format. */
function readStatusFile(host: Host, path: string): ServiceStatus | null {
  const bytes = host.files.readBytes(join(path, "supervise", "status"), MAX_STATUS_BYTES);
  return bytes === null ? null : parseStatusFile(bytes, host.clock.now());
}

/**
 * Returns the status of a service; null if nothing supervises it. Reads s6-supervise's own file, which hermes may read
 * too: s6-svstat would have to open the supervisor's lock, and a process that can open a lock can hold it. Asks
 * s6-svstat only if the file has no known format. Throws for every other failure.
 */
export async function readServiceStatus(
  host: Host,
  service: string,
): Promise<ServiceStatus | null> {
  const path = servicePath(host, service);
  if (host.files.probeFifo(controlFifo(path)) === "absent") return null;
  const read = readStatusFile(host, path);
  if (read !== null) return read;
  const result = await runS6(host, "s6-svstat", ["-o", FIELDS, path]);
  if (result.exitCode === 1) return null;
  const status = result.exitCode === 0 ? parseServiceStatus(result.stdout) : null;
  if (status === null) throw s6Failure("s6-svstat", `on '${service}'`, result);
  return status;
}

/** Reads the status of a service; what cannot be read is a reading, too. */
export async function readService(host: Host, service: string): Promise<StatusReading> {
  try {
    if (host.files.readStatus(servicePath(host, service)) === null) return NOT_REGISTERED;
    const status = await readServiceStatus(host, service);
    return status === null ? NOT_REGISTERED : { kind: "supervised", status };
  } catch (error) {
    if (!(error instanceof AppError) && host.files.errorCode(error) === null) throw error;
    return { kind: "unknown", reason: host.files.describeSystemError(error) };
  }
}

/**
 * Returns true if the logger of a gateway is up, as its s6-supervise has written; false if nothing supervises it, null
 * if this cannot be read.
 */
export function isLoggerUp(host: Host, name: ProfileName): boolean | null {
  const path = loggerDirectory(host, name);
  try {
    const supervisor = host.files.probeFifo(controlFifo(path));
    if (supervisor !== "present") return supervisor === "absent" ? false : null;
    return readStatusFile(host, path)?.up ?? null;
  } catch (error) {
    if (host.files.errorCode(error) === null) throw error;
    return null;
  }
}
