import type * as v from "valibot";
import { isJsonObject, parseJson } from "../../core/json.ts";
import type { Host } from "../../host/host.ts";
import { listInvalidKeys } from "./exit.ts";
import { describeInvalid, listInvalid } from "./lenient-fields.ts";

/** The fault of a file, and its path. */
export interface FileError {
  readonly path: string;
  readonly reason: string;
}

/** Returns the fault of a file that has a list of exits and the other `fields`; null if there is none, or no file. */
export function describeExitFile(
  host: Host,
  path: string,
  maxBytes: number,
  fields: Readonly<Record<string, v.GenericSchema>>,
): FileError | null {
  const outcome = host.files.readTextFile(path, maxBytes);
  if (outcome.kind === "missing") return null;
  if (outcome.kind === "unreadable") return { path, reason: outcome.reason };
  const value = parseJson(outcome.text);
  if (!isJsonObject(value)) return { path, reason: "is no JSON object" };
  const { exits } = value;
  const ends = Array.isArray(exits) ? exits.flatMap(listInvalidKeys) : ["exits"];
  const reason = describeInvalid([...new Set([...listInvalid(fields, value), ...ends])]);
  return reason === null ? null : { path, reason };
}
