import { expect, test } from "bun:test";
import { isSwitchOn } from "../../../src/core/switches.ts";

test.each(["1", "true", "TRUE", "True", "yes", "YES", "yEs"])(
  "isSwitchOn() is on for '%s'",
  (word) => {
    expect(isSwitchOn(word)).toBe(true);
  },
);

test.each(["", "0", "no", "false", "off", "on", "2", "11", " 1", "1\n", "yes please", "garbage"])(
  "isSwitchOn() is off for '%s'",
  (word) => {
    expect(isSwitchOn(word)).toBe(false);
  },
);

test("isSwitchOn() is off for a variable that is not set", () => {
  expect(isSwitchOn(undefined)).toBe(false);
});
