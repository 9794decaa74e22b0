import { expect, test } from "bun:test";
import { judgePriorExit } from "../../../src/boot/prior-exit.ts";
import type { ExitMeaning, RecordedExit } from "../../../src/gateway/record/exit.ts";
import { parseStateFile, type StateFile } from "../../../src/gateway/record/state-file.ts";

function state(keys: Readonly<Record<string, unknown>>): StateFile {
  const parsed = parseStateFile(JSON.stringify(keys));
  if (parsed.kind !== "state") throw new Error(parsed.reason);
  return parsed.state;
}

const exit = (meaning: ExitMeaning, pid = 50, startTime: number | null = 5000): RecordedExit => ({
  at: 1,
  pid,
  startTime,
  code: 1,
  signal: null,
  ranMs: 1,
  meaning,
  reason: "",
  backoffMs: null,
});

test.each([
  [{ gateway_state: "stopped" }, "clean"],
  [{ gateway_state: "stopped", exit_reason: null }, "clean"],
  [{ gateway_state: "running", exit_reason: "SIGTERM" }, "clean"],
  [{ gateway_state: "startup_failed", exit_reason: "no token" }, "clean"],
  [{ gateway_state: "running", exit_reason: null }, "unclean"],
  [{ gateway_state: "draining", exit_reason: null }, "unclean"],
  [{ gateway_state: "startup_failed", exit_reason: null }, "unknown"],
  [{ gateway_state: "running" }, "unknown"],
  [{ desired_state: "running" }, "unknown"],
] as const)("judgePriorExit() of %j is %s", (keys, expected) => {
  expect(judgePriorExit(state(keys), null)).toBe(expected);
});

const RUNNING = { gateway_state: "running", pid: 50, start_time: 5000 };

test.each([
  ["crashed", "unclean"],
  ["crash-looped", "unclean"],
  ["shut-down", "clean"],
  ["stopped", "clean"],
  ["restarted", "clean"],
  ["finished", "clean"],
  ["restart-requested", "clean"],
  ["misconfigured", "clean"],
] as const)(
  "judgePriorExit() goes by the history of that process: %s is %s",
  (meaning, expected) => {
    expect(judgePriorExit(state(RUNNING), exit(meaning))).toBe(expected);
  },
);

test("judgePriorExit() does not go by the end of another process", () => {
  expect(judgePriorExit(state(RUNNING), exit("crashed", 51))).toBe("unknown");
  expect(judgePriorExit(state(RUNNING), exit("crashed", 50, 1))).toBe("unknown");
  expect(judgePriorExit(state({ ...RUNNING, start_time: null }), exit("crashed", 50, null))).toBe(
    "unknown",
  );
});
