import * as v from "valibot";
import { lenient, listInvalid } from "./lenient-fields.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";
import { pidSchema, startTimeSchema } from "./state-file.ts";

/** The process that says it owns a profile. */
export interface PidRecord {
  readonly pid: number;
  /** Field 22 of `/proc/<pid>/stat`, or null if it is not known. */
  readonly startTime: number | null;
}

const FIELDS = { pid: pidSchema, start_time: startTimeSchema };
const recordSchema = v.object({
  pid: lenient(FIELDS.pid),
  start_time: lenient(FIELDS.start_time),
});

/** Parses `gateway.pid`, an object (key by key) or a bare integer; null if it names no process. */
export function parsePidFile(text: string): PidRecord | null {
  const value = parseJson(text);
  if (v.is(pidSchema, value)) return { pid: value, startTime: null };
  if (!isJsonObject(value)) return null;
  const { pid, start_time: startTime } = v.parse(recordSchema, value);
  return pid === null ? null : { pid, startTime };
}

/** Describes the faults in the text of a `gateway.pid`; null if there are none. */
export function describePidFileError(text: string): string | null {
  const value = parseJson(text);
  if (v.is(pidSchema, value)) return null;
  if (!isJsonObject(value)) return "is neither an object nor a number";
  const invalid = listInvalid(FIELDS, value);
  return invalid.length === 0 ? null : `has an invalid ${invalid.join(", ")}`;
}
