import { expect, test } from "bun:test";
import { timeOfLabel } from "../../../../src/services/s6/tai.ts";

test("timeOfLabel() gives the time that s6-tai64nlocal gives", () => {
  expect(new Date(timeOfLabel("@400000006b0033bc07a29b10")).toISOString()).toBe(
    "2026-11-20T11:48:39.128Z",
  );
});
