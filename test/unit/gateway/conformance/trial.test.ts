import { expect, test } from "bun:test";
import { describeExit, explainNotReady } from "../../../../src/gateway/conformance/trial.ts";
import { parseStateFile } from "../../../../src/gateway/record/state-file.ts";

const explain = (text: string) =>
  explainNotReady(
    parseStateFile(text),
    (pid) => pid === 7 || pid === 8,
    () => 700,
  );

test.each([
  '{"gateway_state": "running", "pid": 7, "start_time": 700}',
  '{"gateway_state": "degraded", "pid": 8, "start_time": null}',
  '{"gateway_state": "running", "pid": 8}',
])("explainNotReady() accepts %s", (text) => {
  expect(explain(text)).toBeNull();
});

test.each([
  ["{", "state file is not JSON"],
  ["{}", "gateway_state is not there"],
  ['{"gateway_state": "starting", "pid": 7}', "gateway_state is 'starting'"],
  ['{"gateway_state": "running"}', "pid is not there"],
  ['{"gateway_state": "running", "pid": "7"}', "state file has an invalid pid"],
  [
    '{"gateway_state": "running", "pid": 9}',
    "pid 9 is not the process that was started, nor of its group",
  ],
  [
    '{"gateway_state": "running", "pid": 7, "start_time": 1}',
    "start_time 1 is not that of pid 7 (field 22 of /proc/7/stat)",
  ],
])("explainNotReady() says what is wrong with %s", (text, reason) => {
  expect(explain(text)).toBe(reason);
});

test("explainNotReady() says that there is no file", () => {
  const missing = { kind: "missing" } as const;
  expect(
    explainNotReady(
      missing,
      () => true,
      () => 1,
    ),
  ).toBe("there is no gateway_state.json");
});

test("describeExit() says how a program ended", () => {
  expect(describeExit(null)).toBe("it still runs");
  expect(describeExit({ code: 3, signal: null })).toBe("it exited with code 3");
  expect(describeExit({ code: null, signal: "SIGKILL" })).toBe("it was ended by SIGKILL");
});
