import { expect, test } from "bun:test";
import { planServiceExit } from "../../../src/boot/service-exit.ts";

const exit = { isDisabled: false, code: 0, signal: 0 };

test.each([
  ["main-hermes", { ...exit, isDisabled: true }, "keep-down"],
  ["main-hermes", { ...exit, code: 7 }, 7],
  ["main-hermes", { ...exit, code: 256, signal: 9 }, 137],
  ["dashboard", { ...exit, isDisabled: true }, "keep-down"],
  ["dashboard", { ...exit, code: 78 }, "keep-down"],
  ["dashboard", { ...exit, code: 1 }, "start-again"],
  ["registrar", { ...exit, code: 78 }, "start-again"],
] as const)("planServiceExit() of %s with %j is %j", (service, end, expected) => {
  expect(planServiceExit(service, end)).toEqual(expected);
});
