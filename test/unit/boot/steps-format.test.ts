import { expect, test } from "bun:test";
import type { Step } from "../../../src/boot/plan.ts";
import {
  parsePlanContext,
  parseSteps,
  renderPlanContext,
  renderSteps,
} from "../../../src/boot/steps-format.ts";

const STEPS: readonly Step[] = [
  { profile: "default", priorState: null, intent: null, action: "registered", reason: null },
  {
    profile: "a\nb",
    priorState: "running",
    intent: "stopped",
    action: "skipped",
    reason: "names are …",
  },
];

test("parseSteps() reads what renderSteps() wrote", () => {
  expect(parseSteps(renderSteps(STEPS))).toEqual(STEPS);
  expect(parseSteps("[]")).toEqual([]);
});

const [first] = STEPS;

test.each([
  ["nothing", ""],
  ["no JSON", "[{"],
  ["an object", "{}"],
  ["null", "null"],
  ["a key too many", JSON.stringify([{ ...first, run: "/bin/sh" }])],
  ["a key too few", JSON.stringify([{ profile: "a" }])],
  ["an unknown action", JSON.stringify([{ ...first, action: "run" }])],
  ["an unknown intent", JSON.stringify([{ ...first, intent: "maybe" }])],
  ["a name that is no text", JSON.stringify([{ ...first, profile: 7 }])],
  ["a name that is too long", JSON.stringify([{ ...first, profile: "x".repeat(301) }])],
  ["a step that is null", "[null]"],
])("parseSteps() gives null for %s", (_, text) => {
  expect(parseSteps(text)).toBeNull();
});

test("parsePlanContext() reads what renderPlanContext() wrote", () => {
  const context = { places: 498, startDefaultIfNew: true };
  expect(parsePlanContext(renderPlanContext(context))).toEqual(context);
});

test.each([
  "",
  "null",
  "{}",
  '{"places": -1, "startDefaultIfNew": true}',
  '{"places": 1.5, "startDefaultIfNew": true}',
  '{"places": "498", "startDefaultIfNew": true}',
  '{"places": 498, "startDefaultIfNew": 1}',
  '{"places": 498, "startDefaultIfNew": true, "root": "/etc"}',
])("parsePlanContext() gives null for %j", (text) => {
  expect(parsePlanContext(text)).toBeNull();
});
