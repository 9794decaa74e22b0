import * as v from "valibot";
import { parseJson } from "../core/json.ts";
import type { PlanContext, Step } from "./plan.ts";

const stepSchema = v.strictObject({
  profile: v.pipe(v.string(), v.maxLength(300)),
  priorState: v.nullable(v.string()),
  desired: v.nullable(v.picklist(["running", "stopped"])),
  priorExit: v.nullable(v.picklist(["clean", "unclean", "unknown"])),
  action: v.picklist(["started", "registered", "skipped"]),
  reason: v.nullable(v.string()),
});
const stepsSchema = v.pipe(v.array(stepSchema), v.maxLength(100_000));

/** Parses steps that another process sent; null for any other text. */
export function parseSteps(text: string): readonly Step[] | null {
  const result = v.safeParse(stepsSchema, parseJson(text));
  return result.success ? result.output : null;
}

const contextSchema = v.strictObject({
  places: v.pipe(v.number(), v.integer(), v.minValue(0)),
  startDefaultIfNew: v.boolean(),
  foreground: v.nullable(v.pipe(v.string(), v.maxLength(64))),
});

/** Parses a plan's context that another process sent; null for any other text. */
export function parsePlanContext(text: string): PlanContext | null {
  const result = v.safeParse(contextSchema, parseJson(text));
  return result.success ? result.output : null;
}
