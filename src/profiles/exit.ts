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

export const exitSchema = v.object({
  at: v.pipe(v.number(), v.minValue(0)),
  pid: v.nullable(v.number()),
  startTime: v.nullable(v.number()),
  code: v.nullable(v.number()),
  signal: v.nullable(v.number()),
  ranMs: v.nullable(v.number()),
  meaning: v.picklist(MEANINGS),
  reason: reasonSchema,
  delayMs: v.nullable(v.number()),
});

/**
 * One end of a gateway. `at` is in milliseconds since 1970, `ranMs` null where it never became the
 * gateway, `delayMs` null where it stays down; either `code` or `signal` is null.
 */
export type RecordedExit = Readonly<v.InferOutput<typeof exitSchema>>;
