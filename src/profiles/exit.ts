import * as v from "valibot";
import { toPrintable } from "../core/printable.ts";

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

export const exitSchema = v.object({
  at: v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_TIME)),
  pid: v.nullable(finiteSchema),
  startTime: v.nullable(finiteSchema),
  code: v.nullable(finiteSchema),
  signal: v.nullable(finiteSchema),
  ranMs: v.nullable(finiteSchema),
  meaning: v.picklist(MEANINGS),
  reason: reasonSchema,
  delayMs: v.nullable(finiteSchema),
});

/**
 * One end of a gateway. `at` is in milliseconds since 1970, `ranMs` null where it never became the
 * gateway, `delayMs` null where it stays down; either `code` or `signal` is null.
 */
export type RecordedExit = Readonly<v.InferOutput<typeof exitSchema>>;
