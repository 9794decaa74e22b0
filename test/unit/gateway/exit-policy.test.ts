import { describe, expect, test } from "bun:test";
import {
  CRASH_LIMIT,
  decideAfterExit,
  type GatewayExit,
} from "../../../src/gateway/exit-policy.ts";

const EXIT: GatewayExit = {
  code: 1,
  signal: null,
  announced: null,
  wantedUp: true,
  exitReason: null,
  lastLine: null,
  oomKills: 0,
};
const SIGTERM = { code: null, signal: 15 };
const SIGKILL = { code: null, signal: 9 };

/** Decides without jitter. */
function decide(exit: Partial<GatewayExit>, earlier = 0) {
  return decideAfterExit({ ...EXIT, ...exit }, earlier, 0);
}

const down = { backoffMs: null, counted: false };
const ENDS = [
  { code: 0 },
  { code: 1 },
  { code: 75 },
  { code: 78 },
  { code: 143 },
  SIGTERM,
  SIGKILL,
];

describe("decideAfterExit()", () => {
  test.each(ENDS)("keeps a gateway down that was stopped, however it ended (%j)", (end) => {
    expect(decide({ ...end, announced: "stop" }, 20)).toEqual({
      ...down,
      meaning: "stopped",
      reason: "was stopped by an operator",
    });
  });

  test.each(ENDS)("counts nothing when the container goes down (%j)", (end) => {
    expect(decide({ ...end, announced: "shutdown" }, 20)).toEqual({
      ...down,
      meaning: "shut-down",
      reason: "went down with the container",
    });
  });

  test.each(ENDS)("starts a gateway again at once that was restarted (%j)", (end) => {
    expect(decide({ ...end, announced: "restart" }, 20)).toEqual({
      meaning: "restarted",
      reason: "was restarted by an operator",
      backoffMs: 0,
      counted: false,
    });
  });

  test("keeps a gateway down that exits 0", () => {
    expect(decide({ code: 0 }, 20)).toEqual({
      ...down,
      meaning: "finished",
      reason: "finished on purpose (exit code 0)",
    });
  });

  test("keeps a gateway down that exits 78, with the reason", () => {
    expect(decide({ code: 78 }, 20)).toEqual({
      ...down,
      meaning: "misconfigured",
      reason: "cannot run with this configuration (exit code 78)",
    });
    expect(decide({ code: 78, exitReason: "no token" }).reason).toBe(
      "cannot run with this configuration (exit code 78: no token)",
    );
  });

  test("starts a gateway again that exits 75: the first time at once, and counted", () => {
    expect(decide({ code: 75 })).toEqual({
      meaning: "restart-requested",
      reason: "asked to be started again (exit code 75)",
      backoffMs: 0,
      counted: true,
    });
    expect(decide({ code: 75 }, 1).backoffMs).toBe(1000);
    expect(decide({ code: 75 }, 3).backoffMs).toBe(4000);
  });

  test.each([
    { end: { code: 1 }, how: "exit code 1" },
    { end: { code: 70 }, how: "exit code 70" },
    { end: { code: 143 }, how: "exit code 143" },
    { end: SIGKILL, how: "signal 9" },
    { end: SIGTERM, how: "signal 15" },
    { end: { code: 1, exitReason: "no network" }, how: "exit code 1: no network" },
  ])("starts a gateway again that crashed with $how, a second later", ({ end, how }) => {
    expect(decide(end)).toEqual({
      meaning: "crashed",
      reason: `crashed with ${how}`,
      backoffMs: 1000,
      counted: true,
    });
  });

  test("waits longer with each crash", () => {
    const delays = Array.from(
      { length: CRASH_LIMIT - 1 },
      (_, earlier) => decide({}, earlier).backoffMs,
    );
    expect(delays).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  });

  test("shortens a delay by up to a tenth, so that gateways do not rise together", () => {
    expect(decideAfterExit(EXIT, 0, 0.5).backoffMs).toBe(950);
    expect(decideAfterExit(EXIT, 6, 1).backoffMs).toBe(54_000);
  });

  test.each([{ code: 1 }, { code: 75 }, SIGKILL])(
    "gives up at the eighth that counts (%j)",
    (end) => {
      const { meaning, reason, backoffMs, counted } = decide(end, 7);
      expect({ meaning, backoffMs, counted }).toEqual({
        meaning: "crash-looped",
        backoffMs: null,
        counted: true,
      });
      expect(reason).toStartWith("crashed 8 times in 10 minutes, at last with ");
      expect(decide(end, 6).backoffMs).not.toBeNull();
    },
  );
});

test.each(ENDS)(
  "decideAfterExit() takes an end while s6 wants it down for an operator's stop (%j)",
  (end) => {
    expect(decide({ ...end, wantedUp: false }, 20)).toEqual({
      ...down,
      meaning: "stopped",
      reason: "was stopped by an operator",
    });
  },
);

test("decideAfterExit() goes by what was announced before it goes by what s6 wants", () => {
  expect(decide({ announced: "restart", wantedUp: false }).meaning).toBe("restarted");
  expect(decide({ announced: "shutdown", wantedUp: false }).meaning).toBe("shut-down");
});

test.each([
  [
    { code: 127, lastLine: "sh: 1: python3: not found" },
    "exit code 127; its last line: sh: 1: python3: not found",
  ],
  [{ code: 1, exitReason: "no token", lastLine: "bye" }, "exit code 1: no token"],
  [{ ...SIGKILL, oomKills: 0 }, "signal 9"],
  [
    { ...SIGKILL, oomKills: 1 },
    "signal 9: killed by the OOM killer (1 kill in this container while it ran)",
  ],
  [
    { ...SIGKILL, oomKills: 3 },
    "signal 9: killed by the OOM killer (3 kills in this container while it ran)",
  ],
  // Some other process was killed.
  [{ ...SIGTERM, oomKills: 1 }, "signal 15"],
  [{ code: 1, oomKills: 1 }, "exit code 1"],
] as const)("decideAfterExit() says how %j ended", (end, how) => {
  expect(decide(end).reason).toBe(`crashed with ${how}`);
});
