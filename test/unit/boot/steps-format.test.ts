import { expect, test } from "bun:test";
import type { Step } from "../../../src/boot/plan.ts";
import { parsePlanContext, parseSteps } from "../../../src/boot/steps-format.ts";

const STEPS: readonly Step[] = [
  {
    profile: "default",
    priorState: null,
    desired: null,
    priorExit: null,
    action: "registered",
    reason: null,
  },
  {
    profile: "a\nb",
    priorState: "running",
    desired: "stopped",
    priorExit: "unclean",
    action: "skipped",
    reason: "names are …",
  },
];

test("parseSteps() reads steps", () => {
  expect(parseSteps(JSON.stringify(STEPS))).toEqual(STEPS);
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
  ["an unknown desired state", JSON.stringify([{ ...first, desired: "maybe" }])],
  ["an unknown prior exit", JSON.stringify([{ ...first, priorExit: "maybe" }])],
  ["a name that is no text", JSON.stringify([{ ...first, profile: 7 }])],
  ["a name that is too long", JSON.stringify([{ ...first, profile: "x".repeat(301) }])],
  ["a step that is null", "[null]"],
])("parseSteps() gives null for %s", (_, text) => {
  expect(parseSteps(text)).toBeNull();
});

test("parsePlanContext() reads a context", () => {
  const context = { places: 498, startDefaultIfNew: true, foreground: "coder" };
  expect(parsePlanContext(JSON.stringify(context))).toEqual(context);
});

test.each([
  "",
  "null",
  "{}",
  '{"places": -1, "startDefaultIfNew": true, "foreground": null}',
  '{"places": 1.5, "startDefaultIfNew": true, "foreground": null}',
  '{"places": "498", "startDefaultIfNew": true, "foreground": null}',
  '{"places": 498, "startDefaultIfNew": 1, "foreground": null}',
  '{"places": 498, "startDefaultIfNew": true, "foreground": null, "root": "/etc"}',
  '{"places": 498, "startDefaultIfNew": true}',
  '{"places": 498, "startDefaultIfNew": true, "foreground": 7}',
])("parsePlanContext() gives null for %j", (text) => {
  expect(parsePlanContext(text)).toBeNull();
});
