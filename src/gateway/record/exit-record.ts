import * as v from "valibot";
import { lenient, lenientList } from "./lenient-fields.ts";
import { parseJson } from "../../core/json.ts";
import type { Host } from "../../host/host.ts";
import { describeExitFile, type FileError } from "./exit-file.ts";
import { exitSchema, finiteSchema, reasonSchema } from "./exit.ts";
import type { ProfileName } from "../../profiles/name.ts";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  runtimeDirectory,
} from "../../profiles/runtime-directory.ts";

const uptime = v.pipe(v.number(), v.finite(), v.minValue(0));
const FIELDS = {
  pid: finiteSchema,
  startTime: finiteSchema,
  oomKills: finiteSchema,
  beginsAt: uptime,
  backoffUntil: uptime,
  parkedReason: reasonSchema,
  crashes: v.array(uptime),
  restarts: uptime,
};

const recordSchema = v.object({
  /** The process that the service manager supervises, or supervised last. */
  pid: lenient(FIELDS.pid),
  /** Field 22 of its `/proc/<pid>/stat`. */
  startTime: lenient(FIELDS.startTime),
  /** Processes of the container that the OOM killer had ended before it; null if the kernel does not say. */
  oomKills: lenient(FIELDS.oomKills),
  /** The time at which that process began, or will begin, to be the gateway. */
  beginsAt: lenient(FIELDS.beginsAt),
  /** The next start waits until then. */
  backoffUntil: lenient(FIELDS.backoffUntil),
  /** The reason why the policy keeps it down; null if it does not. */
  parkedReason: lenient(FIELDS.parkedReason),
  /** The ends that count, oldest first. */
  crashes: lenientList(uptime),
  /** The number of automatic restarts since the container started. */
  restarts: v.fallback(FIELDS.restarts, 0),
  /** The last ends, oldest first. */
  exits: lenientList(exitSchema),
});

/**
 * The facts that the exit policy decides on: a gateway's starts and exits since the container started. Its times are
 * milliseconds since the machine's start, which setting the clock does not change.
 */
export type ExitRecord = Readonly<v.InferOutput<typeof recordSchema> & { version: 1 }>;

export const EMPTY_RECORD: ExitRecord = { version: 1, ...v.parse(recordSchema, {}) };

/** Ends that count are forgotten after this many milliseconds. */
export const CRASH_WINDOW_MS = 10 * 60_000;

/** The longest backoff in milliseconds. */
export const LONGEST_BACKOFF_MS = 60_000;

const KEPT_EXITS = 20;
const MAX_RECORD_BYTES = 65_536;

/** The ends that still count at `uptime`. */
export function recentCrashes(record: ExitRecord, uptimeMs: number): readonly number[] {
  return record.crashes.filter((time) => time <= uptimeMs && uptimeMs - time < CRASH_WINDOW_MS);
}

/** Milliseconds that the next start still has to wait. */
export function remainingBackoff(record: ExitRecord, uptimeMs: number): number {
  return Math.min(LONGEST_BACKOFF_MS, Math.max(0, (record.backoffUntil ?? 0) - uptimeMs));
}

function recordPath(host: Host, name: ProfileName): string {
  return gatewayFilePath(runtimeDirectory(host), name, "exits.json");
}

/** Returns the fault of a gateway's exit record, with its path; null if there is none. */
export function describeRecordError(host: Host, name: ProfileName): FileError | null {
  return describeExitFile(host, recordPath(host, name), MAX_RECORD_BYTES, FIELDS);
}

/** Reads the exit record of a gateway, field by field; an empty one if it is missing or invalid. */
export function readExitRecord(host: Host, name: ProfileName): ExitRecord {
  const path = recordPath(host, name);
  const outcome = host.files.readTextFile(path, MAX_RECORD_BYTES);
  if (outcome.kind !== "text") return EMPTY_RECORD;
  const result = v.safeParse(recordSchema, parseJson(outcome.text));
  return result.success ? { version: 1, ...result.output } : EMPTY_RECORD;
}

/** Replaces the record of a gateway. Throws the system's error. */
export function writeExitRecord(host: Host, name: ProfileName, record: ExitRecord): void {
  const crashes = recentCrashes(record, host.clock.uptime());
  const exits = record.exits.slice(-KEPT_EXITS);
  const text = `${JSON.stringify({ ...record, crashes, exits })}\n`;
  const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "exits.json");
  host.files.writeFileAtomically(path, text, 0o644);
}

/** Lets an operator's start begin afresh: no delay, no crash counted, nothing that keeps it down. */
export function forgetCrashes(host: Host, name: ProfileName): void {
  const record = readExitRecord(host, name);
  const { crashes, backoffUntil, parkedReason } = record;
  if (crashes.length === 0 && backoffUntil === null && parkedReason === null) return;
  writeExitRecord(host, name, { ...record, backoffUntil: null, parkedReason: null, crashes: [] });
}
