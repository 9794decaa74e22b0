import * as v from "valibot";
import { parseJson } from "../core/json.ts";

/** The process that says it owns a profile. */
export interface PidRecord {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`, or null where it is not known. */
  readonly startTime: number | null;
}

const pidSchema = v.pipe(v.number(), v.integer(), v.minValue(1));
const recordSchema = v.looseObject({
  pid: pidSchema,
  start_time: v.optional(v.nullable(v.number())),
});

/** Parses `gateway.pid`: an object or a bare integer; null for everything else. */
export function parsePidFile(text: string): PidRecord | null {
  const value = parseJson(text);
  const bare = v.safeParse(pidSchema, value);
  if (bare.success) return { pid: bare.output, startTime: null };
  const record = v.safeParse(recordSchema, value);
  if (!record.success) return null;
  return { pid: record.output.pid, startTime: record.output.start_time ?? null };
}
