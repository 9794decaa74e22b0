import { expect, test } from "bun:test";
import {
  makeEvent,
  parseEventLine,
  renderEventLine,
} from "../../../../src/gateway/record/event.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");

test("makeEvent() leaves null what is not known", () => {
  expect(makeEvent(TEST_TIME, "ready", CODER, { pid: 7 })).toEqual({
    version: 2,
    at: "2026-11-20T07:23:05.000Z",
    event: "ready",
    profile: CODER,
    pid: 7,
    reason: null,
    exit: null,
    backoffMs: null,
    recentCrashes: 0,
  });
});

test("renderEventLine() and parseEventLine() are each other's inverse, on one line", () => {
  const exit = { code: 1, signal: null, ranMs: 20, meaning: "crashed" } as const;
  const event = makeEvent(TEST_TIME, "crashed", CODER, {
    pid: 7,
    reason: "a b",
    exit,
    recentCrashes: 2,
  });
  const line = renderEventLine(event);
  expect(line.indexOf("\n")).toBe(line.length - 1);
  expect(parseEventLine(line)).toEqual(event);
});

test("parseEventLine() makes a reason printable, whatever wrote it", () => {
  const event = makeEvent(TEST_TIME, "parked", CODER, { reason: "a\u001B[31m\nb\u0007" });
  expect(parseEventLine(renderEventLine(event))?.reason).toBe("a [31m b");
  const long = makeEvent(TEST_TIME, "parked", CODER, { reason: "x".repeat(5000) });
  expect(parseEventLine(renderEventLine(long))?.reason?.length).toBe(400);
});

test.each([
  "",
  "{",
  "null",
  "[]",
  '{"version":2}',
  renderEventLine(makeEvent(0, "ready", CODER)).replace('"version":2', '"version":3'),
  renderEventLine(makeEvent(0, "ready", CODER)).replace("ready", "exploded"),
  renderEventLine(makeEvent(0, "ready", CODER)).replace("coder", "../x"),
  renderEventLine(makeEvent(0, "ready", CODER)).replace("1970", "yesterday"),
])("parseEventLine() takes %j for none", (line) => {
  expect(parseEventLine(line)).toBeNull();
});

test("parseEventLine() reads an event of version 1, with the names of today", () => {
  const line = {
    version: 1,
    at: "2026-11-20T07:23:05.000Z",
    event: "delayed",
    profile: "coder",
    pid: 7,
    reason: "asked to be started again (exit code 75)",
    exit: { code: 75, signal: null, ranMs: 20, meaning: "asked-again" },
    delayMs: 1950,
    crashes: 2,
  };
  expect(parseEventLine(JSON.stringify(line))).toEqual({
    version: 2,
    at: "2026-11-20T07:23:05.000Z",
    event: "backoff",
    profile: CODER,
    pid: 7,
    reason: "asked to be started again (exit code 75)",
    exit: { code: 75, signal: null, ranMs: 20, meaning: "restart-requested" },
    backoffMs: 1950,
    recentCrashes: 2,
  });
});
