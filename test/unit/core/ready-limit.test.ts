import { expect, test } from "bun:test";
import { readReadyLimit } from "../../../src/core/ready-limit.ts";

test.each([
  [undefined, 120_000],
  ["300", 300_000],
  ["1", 1000],
  ["", 120_000],
  ["0", 120_000],
  ["-5", 120_000],
  ["2m", 120_000],
  ["1e3", 120_000],
])("readReadyLimit() of HERMES_READY_TIMEOUT=%p is %d ms", (value, milliseconds) => {
  const environment = value === undefined ? {} : { HERMES_READY_TIMEOUT: value };
  expect(readReadyLimit({ environment })).toBe(milliseconds);
});
