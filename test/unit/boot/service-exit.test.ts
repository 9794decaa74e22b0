import { expect, test } from "bun:test";
import { planServiceExit } from "../../../src/boot/service-exit.ts";

const exit = { isDisabled: false, code: 0, signal: 0 };
const AGAIN = { kind: "start-again", limit: { seconds: 60, exits: 5 } } as const;

test.each([
  ["main-hermes", { ...exit, isDisabled: true }, { kind: "keep-down" }],
  ["main-hermes", { ...exit, code: 7 }, { kind: "end-container", exitCode: 7 }],
  ["main-hermes", { ...exit, code: 256, signal: 9 }, { kind: "end-container", exitCode: 137 }],
  ["dashboard", { ...exit, isDisabled: true }, { kind: "keep-down" }],
  ["dashboard", { ...exit, code: 78 }, { kind: "keep-down" }],
  ["dashboard", { ...exit, code: 1 }, AGAIN],
  ["registrar", { ...exit, code: 78 }, AGAIN],
] as const)("planServiceExit() of %s with %j is %j", (service, end, expected) => {
  expect(planServiceExit(service, end)).toEqual(expected);
});
