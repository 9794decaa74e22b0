import { expect, test } from "bun:test";
import { nameOfSignal, exitCodeOfSignal } from "../../../src/core/signals.ts";

test.each([
  ["SIGHUP", 129],
  ["SIGINT", 130],
  ["SIGQUIT", 131],
  ["SIGKILL", 137],
  ["SIGUSR1", 138],
  ["SIGPIPE", 141],
  ["SIGALRM", 142],
  ["SIGTERM", 143],
  [9, 137],
] as const)("exitCodeOfSignal() of %s is %d", (signal, code) => {
  expect(exitCodeOfSignal(signal)).toBe(code);
});

test("nameOfSignal() is the way back from a number, also for one without a name", () => {
  expect([1, 6, 9, 29, 34].map(nameOfSignal)).toEqual([
    "SIGHUP",
    "SIGABRT",
    "SIGKILL",
    "SIGIO",
    "SIG34",
  ]);
});
