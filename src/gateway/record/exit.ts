import * as v from "valibot";
import { lenient, listInvalid, withEarlierKeys, withEarlierWords } from "./lenient-fields.ts";
import { isJsonObject } from "../../core/json.ts";
import { toPrintable } from "../../core/printable.ts";

/** Words for what the end of a gateway meant. */
const MEANINGS = [
  "stopped",
  "restarted",
  "shut-down",
  "finished",
  "misconfigured",
  "restart-requested",
  "crashed",
  "crash-looped",
] as const;
export type ExitMeaning = (typeof MEANINGS)[number];

const meaningSchema = withEarlierWords(MEANINGS, {
  configuration: "misconfigured",
  "asked-again": "restart-requested",
  parked: "crash-looped",
});

const LONGEST_REASON = 400;

/** A reason that a terminal can show, whatever the file says. */
export const reasonSchema = v.pipe(
  v.string(),
  v.transform((text) => toPrintable(text, LONGEST_REASON)),
);

/** The last time that a Date can be (ECMA-262), in milliseconds since 1970. */
const LAST_TIME = 8.64e15;

/** A finite number: JSON has numbers that are infinite here (`1e999`), which cannot be shown. */
export const finiteSchema = v.pipe(v.number(), v.finite());

const FIELDS = {
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_TIME)),
  pid: finiteSchema,
  startTime: finiteSchema,
  code: finiteSchema,
  signal: finiteSchema,
  ranMs: finiteSchema,
  meaning: meaningSchema,
  reason: reasonSchema,
  backoffMs: finiteSchema,
};

/** The fields of one exit; one without its time or its meaning is refused. */
export const exitFields = v.object({
  at: FIELDS.at,
  pid: lenient(FIELDS.pid),
  startTime: lenient(FIELDS.startTime),
  code: lenient(FIELDS.code),
  signal: lenient(FIELDS.signal),
  ranMs: lenient(FIELDS.ranMs),
  meaning: FIELDS.meaning,
  reason: v.fallback(FIELDS.reason, "unknown"),
  backoffMs: lenient(FIELDS.backoffMs),
});

/** One exit, field by field, in the form of this version or of version 1. */
export const exitSchema = withEarlierKeys({ delayMs: "backoffMs" }, exitFields);

/** The fields of one end that have a wrong value; what is no end at all is named as a whole. */
export function listInvalidKeys(exit: unknown): readonly string[] {
  const keys = isJsonObject(exit) ? listInvalid(FIELDS, exit) : [];
  return keys.length > 0 || v.is(exitSchema, exit) ? keys : ["entry"];
}

/**
 * One exit of a gateway. `at` is in milliseconds since 1970, `ranMs` is null if it never became the gateway,
 * `backoffMs` is null if it stays down; either `code` or `signal` is null.
 */
export type RecordedExit = Readonly<v.InferOutput<typeof exitFields>>;
