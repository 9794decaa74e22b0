import { expect, test } from "bun:test";
import { renderSeconds } from "../../../src/status/durations.ts";

test.each([
  [0, "0s"],
  [59, "59s"],
  [60, "1m"],
  [3599, "59m"],
  [3600, "1h 0m"],
  [7500, "2h 5m"],
  [86_399, "23h 59m"],
  [86_400, "1d 0h"],
  [349_200, "4d 1h"],
])("renderSeconds() says %i seconds as %s", (seconds, text) => {
  expect(renderSeconds(seconds)).toBe(text);
});
