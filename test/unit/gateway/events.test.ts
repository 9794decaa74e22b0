import { expect, test } from "bun:test";
import { eventsOfExit } from "../../../src/gateway/events.ts";
import type { RecordedExit } from "../../../src/gateway/record/exit.ts";
import { TEST_TIME } from "../../support/fake-clock.ts";
import { profileName } from "../../support/names.ts";

function endOf(meaning: RecordedExit["meaning"], backoffMs: number | null): RecordedExit {
  const facts = { at: TEST_TIME, pid: 7, startTime: 1, code: 1, signal: null, ranMs: 20 };
  return { ...facts, meaning, reason: `because ${meaning}`, backoffMs };
}

test.each([
  ["stopped", null, ["stopped"]],
  ["shut-down", null, ["stopped"]],
  ["finished", null, ["stopped"]],
  ["restarted", 0, ["stopped"]],
  ["restart-requested", 0, ["stopped"]],
  ["restart-requested", 1000, ["stopped", "backoff"]],
  ["crashed", 1000, ["crashed", "backoff"]],
  ["misconfigured", null, ["parked"]],
  ["crash-looped", null, ["crashed", "parked"]],
] as const)("eventsOfExit() of %s with a delay of %p is %j", (meaning, backoffMs, kinds) => {
  const events = eventsOfExit(profileName("coder"), endOf(meaning, backoffMs), 3);
  expect(events.map(({ event }) => event)).toEqual([...kinds]);
  for (const { event, at, pid, reason, exit, recentCrashes, ...more } of events) {
    expect({ at, pid, reason, recentCrashes }).toEqual({
      at: "2026-11-20T07:23:05.000Z",
      pid: 7,
      reason: `because ${meaning}`,
      recentCrashes: 3,
    });
    const end = { code: 1, signal: null, ranMs: 20, meaning };
    expect(exit).toEqual(event === "backoff" ? null : end);
    expect(more.backoffMs).toBe(event === "backoff" ? backoffMs : null);
  }
});
