import { expect, test } from "bun:test";
import {
  describeInvalidState,
  parseStateFile,
  renderStateFile,
} from "../../../../src/gateway/record/state-file.ts";
import { parseJson } from "../../../../src/core/json.ts";

const reasonOf = (text: string) => {
  const parsed = parseStateFile(text);
  return parsed.kind === "unreadable" ? parsed.reason : null;
};

const stateOf = (value: unknown) => {
  const parsed = parseStateFile(JSON.stringify(value));
  return parsed.kind === "state" ? parsed.state : null;
};

test("parseStateFile() reads every key of the contract", () => {
  const raw = {
    gateway_state: "running",
    desired_state: "stopped",
    pid: 12,
    start_time: 345,
    exit_reason: "SIGTERM",
    updated_at: "2026-11-20T07:23:05Z",
  };
  expect(stateOf(raw)).toEqual({
    reportedState: "running",
    desired: "stopped",
    pid: 12,
    startTime: 345,
    exitReason: "SIGTERM",
    invalid: [],
    raw,
  });
});

test("parseStateFile() takes an empty object and nulls for nothing known", () => {
  const nothing = {
    reportedState: null,
    desired: null,
    pid: null,
    startTime: null,
    exitReason: null,
    invalid: [],
  };
  expect(stateOf({})).toEqual({ ...nothing, raw: {} });
  const nulls = { gateway_state: null, desired_state: null, pid: null, updated_at: null };
  expect(stateOf(nulls)).toEqual({ ...nothing, raw: nulls });
});

test("parseStateFile() takes an epoch number for updated_at", () => {
  expect(stateOf({ updated_at: 1_795_000_000.5, gateway_state: "running" })?.reportedState).toBe(
    "running",
  );
});

test("parseStateFile() keeps a state that only an external agent knows", () => {
  expect(stateOf({ gateway_state: "dreaming" })?.reportedState).toBe("dreaming");
});

test.each([
  ["", "state file is not JSON"],
  ["not json", "state file is not JSON"],
  ["\uFEFF{}", "state file is not JSON"],
  ["[]", "state file is not an object"],
  ["null", "state file is not an object"],
  ["7", "state file is not an object"],
  ['"running"', "state file is not an object"],
])("parseStateFile() cannot read %j", (text, reason) => {
  expect(reasonOf(text)).toBe(reason);
});

test.each([
  ["gateway_state", 7],
  ["gateway_state", {}],
  ["pid", "123"],
  ["pid", 0],
  ["pid", -1],
  ["pid", 1.5],
  ["start_time", "soon"],
  ["start_time", -1],
  ["exit_reason", ["SIGTERM"]],
  ["updated_at", []],
])(
  "parseStateFile() reads the desired state beside a wrong %s (%p), and names that",
  (key, value) => {
    const state = stateOf({ desired_state: "running", [key]: value });
    expect(state).toMatchObject({ desired: "running", invalid: [key] });
    expect(state && describeInvalidState(state)).toBe(`state file has an invalid ${key}`);
  },
);

test("parseStateFile() takes a desired state that is none for none, and keeps the rest", () => {
  const state = stateOf({
    desired_state: "maybe",
    gateway_state: "running",
    pid: 5,
    start_time: 6,
  });
  expect(state).toMatchObject({
    desired: null,
    reportedState: "running",
    pid: 5,
    startTime: 6,
    invalid: ["desired_state"],
  });
});

test("parseStateFile() reads a start time that no number can hold as none", () => {
  const parsed = parseStateFile('{"desired_state": "running", "start_time": 1e999}');
  expect(parsed).toMatchObject({ state: { desired: "running", invalid: ["start_time"] } });
});

test("renderStateFile() keeps unknown keys, replaces known ones and dates the file", () => {
  const previous = { gateway_state: "running", platform: { telegram: "ok" }, updated_at: 7 };
  const text = renderStateFile(previous, { desired_state: "stopped" }, "2026-11-20T07:23:05.000Z");
  expect(text.endsWith("}\n")).toBe(true);
  expect(parseJson(text)).toEqual({
    gateway_state: "running",
    platform: { telegram: "ok" },
    desired_state: "stopped",
    updated_at: "2026-11-20T07:23:05.000Z",
  });
});

test("renderStateFile() does not take a key named __proto__ for its own", () => {
  const previous = parseStateFile('{"__proto__": {"desired_state": "running"}, "pid": 3}');
  const raw = previous.kind === "state" ? previous.state.raw : {};
  const text = renderStateFile(raw, { gateway_state: "running" }, "now");
  const again = parseStateFile(text);
  expect(again.kind === "state" && again.state.desired).toBeNull();
  expect(again.kind === "state" && again.state.pid).toBe(3);
});
