import { expect, test } from "bun:test";
import { eventsOfEnd } from "../../../src/gateway/exit-events.ts";
import type { RecordedExit } from "../../../src/gateway/record/exit.ts";
import { TEST_TIME } from "../../support/fake-clock.ts";
import { profileName } from "../../support/names.ts";

function endOf(meaning: RecordedExit["meaning"], delayMs: number | null): RecordedExit {
  const facts = { at: TEST_TIME, pid: 7, startTime: 1, code: 1, signal: null, ranMs: 20 };
  return { ...facts, meaning, reason: `because ${meaning}`, delayMs };
}

test.each([
  ["stopped", null, ["stopped"]],
  ["shut-down", null, ["stopped"]],
  ["finished", null, ["stopped"]],
  ["restarted", 0, ["stopped"]],
  ["asked-again", 0, ["stopped"]],
  ["asked-again", 1000, ["stopped", "delayed"]],
  ["crashed", 1000, ["crashed", "delayed"]],
  ["configuration", null, ["parked"]],
  ["parked", null, ["crashed", "parked"]],
] as const)("eventsOfEnd() of %s with a delay of %p is %j", (meaning, delayMs, kinds) => {
  const events = eventsOfEnd(profileName("coder"), endOf(meaning, delayMs), 3);
  expect(events.map(({ event }) => event)).toEqual([...kinds]);
  for (const { event, at, pid, reason, exit, crashes, ...more } of events) {
    expect({ at, pid, reason, crashes }).toEqual({
      at: "2026-11-20T07:23:05.000Z",
      pid: 7,
      reason: `because ${meaning}`,
      crashes: 3,
    });
    const end = { code: 1, signal: null, ranMs: 20, meaning };
    expect(exit).toEqual(event === "delayed" ? null : end);
    expect(more.delayMs).toBe(event === "delayed" ? delayMs : null);
  }
});
