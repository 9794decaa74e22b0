import { basename, join } from "node:path";
import * as v from "valibot";
import { listLoggers } from "../../../core/service-processes.ts";
import { parseJson } from "../../../core/json.ts";
import { waitUntil } from "../../../core/wait-until.ts";
import type { Host } from "../../../host/host.ts";
import { parseProfileName } from "../../../profiles/name.ts";
import { gatewayLogsDirectory } from "../../../profiles/paths.ts";
import { ensureRuntimeDirectory } from "../../../profiles/runtime-directory.ts";
import { readLoggerError } from "../../logger-error.ts";
import { findObstacle, readPrint } from "./volume-log.ts";

/** Milliseconds for a logger to write what it holds and end: it waits 2 s for the end of a line. */
const LIMIT_MS = 3000;
/** Milliseconds for a logger that is well to write what it has just read. */
const WRITE_MS = 1000;
/** Milliseconds for a relay to take its place and to say why. */
const RELAY_MS = 3000;
const STEP_MS = 50;
const MAX_BYTES = 1_000_000;
/** Free bytes below which a file system is asked whether it takes a log. */
const LITTLE_BYTES = 65_536;

const sightSchema = v.object({ pid: v.number(), read: v.number(), print: v.string() });
const sightsSchema = v.record(v.string(), sightSchema);

/** An observation of a logger: how much it had read, and the file that it writes. */
type Sight = v.InferOutput<typeof sightSchema>;
type Sights = ReadonlyMap<string, Sight>;

/** Bytes that a process has read (proc(5), `/proc/<pid>/io`); null if it is another user's. */
function readCount(host: Host, pid: number): number | null {
  const text = host.files.readSystemFile(`/proc/${pid}/io`) ?? "";
  const count = /^rchar: (\d+)$/m.exec(text)?.[1];
  return count === undefined ? null : Number(count);
}

/** Returns an observation of each s6-log of a gateway, by its directory. Only loggers of our own user are seen. */
function look(host: Host, root: string): Sights {
  const own = host.users.currentUid();
  const sights = listLoggers(host).flatMap(({ pid, argv, directory }) => {
    if (host.files.readStatus(`/proc/${pid}`)?.uid !== own) return [];
    if (!argv.includes("1") || !directory.startsWith(`${gatewayLogsDirectory(root)}/`)) return [];
    // In this order: what it writes in between must not look as if it had been read later.
    const print = readPrint(host, directory);
    const read = readCount(host, pid);
    return read === null ? [] : [[directory, { pid, read, print }] as const];
  });
  return new Map(sights);
}

/** Replaces the observations of the last call, and returns those. */
function remember(host: Host, now: Sights): Sights {
  const path = join(ensureRuntimeDirectory(host), "loggers.json");
  const outcome = host.files.readTextFile(path, MAX_BYTES);
  const parsed = v.safeParse(sightsSchema, outcome.kind === "text" ? parseJson(outcome.text) : {});
  const before = new Map(parsed.success ? Object.entries(parsed.output) : []);
  if (before.size + now.size > 0) {
    host.files.writeFileAtomically(path, JSON.stringify(Object.fromEntries(now)), 0o600);
  }
  return before;
}

/** Returns whether a directory takes no log, although its logger may have nothing to write yet. */
function isRefused(host: Host, directory: string): boolean {
  const space = host.files.readSpace(directory);
  const isFull = space !== null && (space.freeBytes < LITTLE_BYTES || space.freeFiles === 0);
  const isSuspect = isFull || !host.files.isWritable(directory);
  return isSuspect && findObstacle(host, directory) !== null;
}

/** Returns whether a logger has read lines since an earlier observation, and writes nothing. */
async function isSilent(
  host: Host,
  directory: string,
  { pid, read, print }: Sight,
  earlier: Sight | undefined,
): Promise<boolean> {
  if (earlier?.pid !== pid || earlier.print !== print || read <= earlier.read) return false;
  return !(await waitUntil(host, () => readPrint(host, directory) !== print, WRITE_MS, STEP_MS));
}

/**
 * Ends a logger, so that s6-supervise starts a relay in its place, and gives that time to say why. A logger that is
 * well writes what it holds first.
 */
async function end(host: Host, directory: string, pid: number): Promise<void> {
  const isGone = () => host.processes.readProcess(pid) === null;
  host.processes.sendSignal(pid, "SIGHUP");
  const hasEnded = await waitUntil(host, isGone, LIMIT_MS, STEP_MS);
  if (!hasEnded) host.processes.sendSignal(pid, "SIGKILL");
  const parsed = parseProfileName(basename(directory));
  if (!parsed.ok) return;
  const hasSpoken = () => readLoggerError(host, parsed.name) !== null;
  await waitUntil(host, hasSpoken, RELAY_MS, STEP_MS);
}

/**
 * Ends each s6-log whose directory takes no log, and each that has read lines since the last call and has written
 * nothing, so that a relay takes its place and says why; s6-log itself would say nothing until its memory is full. Sees
 * only the loggers of its own user. Returns when the relays have had time to say why.
 */
export async function endStuckLoggers(host: Host, root: string): Promise<void> {
  const now = look(host, root);
  const before = remember(host, now);
  const lookAfter = async ([directory, sight]: readonly [string, Sight]) => {
    const isStuck =
      isRefused(host, directory) || (await isSilent(host, directory, sight, before.get(directory)));
    if (isStuck) await end(host, directory, sight.pid);
  };
  await Promise.all([...now].map(lookAfter));
}
