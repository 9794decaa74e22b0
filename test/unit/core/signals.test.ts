import { expect, test } from "bun:test";
import { exitCodeOfSignal } from "../../../src/core/signals.ts";

test("exitCodeOfSignal() is 128 and the signal's number", () => {
  expect(exitCodeOfSignal("SIGHUP")).toBe(129);
  expect(exitCodeOfSignal("SIGINT")).toBe(130);
  expect(exitCodeOfSignal("SIGTERM")).toBe(143);
});
