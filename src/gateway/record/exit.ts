import * as v from "valibot";
import { lenient, listInvalid } from "./lenient-fields.ts";
import { isJsonObject } from "../../core/json.ts";
import { toPrintable } from "../../core/printable.ts";

/** Words for what the end of a gateway meant. */
const MEANINGS = [
  "stopped",
  "restarted",
  "shut-down",
  "finished",
  "configuration",
  "asked-again",
  "crashed",
  "parked",
] as const;
export type ExitMeaning = (typeof MEANINGS)[number];

const LONGEST_REASON = 400;

/** A reason as a person may see it, whoever wrote the file. */
export const reasonSchema = v.pipe(
  v.string(),
  v.transform((text) => toPrintable(text, LONGEST_REASON)),
);

/** The last time that a Date can be (ECMA-262), in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** JSON has numbers that are infinite here (`1e999`); nobody can show those. */
export const finiteSchema = v.pipe(v.number(), v.finite());

const FIELDS = {
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_TIME)),
  pid: finiteSchema,
  startTime: finiteSchema,
  code: finiteSchema,
  signal: finiteSchema,
  ranMs: finiteSchema,
  meaning: v.picklist(MEANINGS),
  reason: reasonSchema,
  delayMs: finiteSchema,
};

/** One end, field by field; one without its time or its meaning says nothing and is refused. */
export const exitSchema = v.object({
  at: FIELDS.at,
  pid: lenient(FIELDS.pid),
  startTime: lenient(FIELDS.startTime),
  code: lenient(FIELDS.code),
  signal: lenient(FIELDS.signal),
  ranMs: lenient(FIELDS.ranMs),
  meaning: FIELDS.meaning,
  reason: v.fallback(FIELDS.reason, "unknown"),
  delayMs: lenient(FIELDS.delayMs),
});

/** The fields of one end that have a wrong value; what is no end at all is named as a whole. */
export function listInvalidKeys(exit: unknown): readonly string[] {
  const keys = isJsonObject(exit) ? listInvalid(FIELDS, exit) : [];
  return keys.length > 0 || v.is(exitSchema, exit) ? keys : ["entry"];
}

/**
 * One end of a gateway. `at` is in milliseconds since 1970, `ranMs` null where it never became the
 * gateway, `delayMs` null where it stays down; either `code` or `signal` is null.
 */
export type RecordedExit = Readonly<v.InferOutput<typeof exitSchema>>;
