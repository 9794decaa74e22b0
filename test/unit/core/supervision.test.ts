import { expect, test } from "bun:test";
import { shouldRedirect } from "../../../src/core/supervision.ts";

test("shouldRedirect() is true under s6, false without", () => {
  expect(shouldRedirect(true, false, {})).toBe(true);
  expect(shouldRedirect(false, false, {})).toBe(false);
});

test.each(["1", "0", "no", "x"])(
  "shouldRedirect() is false for the supervised process, whatever the sentinel says ('%s')",
  (value) => {
    expect(shouldRedirect(true, false, { HERMES_S6_SUPERVISED_CHILD: value })).toBe(false);
  },
);

test("shouldRedirect() knows the supervised process by either variable", () => {
  expect(shouldRedirect(true, false, { HERMES_SUPERVISED_CHILD: "1" })).toBe(false);
});

test("shouldRedirect() takes an empty sentinel for none", () => {
  expect(shouldRedirect(true, false, { HERMES_S6_SUPERVISED_CHILD: "" })).toBe(true);
});

test("shouldRedirect() respects --no-supervise and the switch of the environment", () => {
  expect(shouldRedirect(true, true, {})).toBe(false);
  expect(shouldRedirect(true, false, { HERMES_GATEWAY_NO_SUPERVISE: "TRUE" })).toBe(false);
  expect(shouldRedirect(true, false, { HERMES_GATEWAY_NO_SUPERVISE: "0" })).toBe(true);
});
