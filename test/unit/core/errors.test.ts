import { expect, test } from "bun:test";
import { AppError, ExitCode, gatewayReason, messageOf } from "../../../src/core/errors.ts";

test("AppError exits 1 unless it says otherwise", () => {
  expect(new AppError("io", "Cannot").exitCode).toBe(1);
  expect(new AppError("refused", "Cannot", { exitCode: ExitCode.usage }).exitCode).toBe(2);
});

test.each([
  ["no-such-gateway", 4],
  ["no-such-profile", 4],
  ["invalid-name", 2],
  ["usage", 2],
  ["configuration", 78],
] as const)("AppError exits by its kind: %s with %i", (code, exitCode) => {
  expect(new AppError(code, "Cannot").exitCode).toBe(exitCode);
});

test("AppError keeps its options and its cause", () => {
  const cause = new Error("below");
  const error = new AppError("capacity", "Full", { detail: "more", hint: "less", cause });
  expect(error).toBeInstanceOf(Error);
  expect(error.code).toBe("capacity");
  expect(error.message).toBe("Full");
  expect(error.detail).toBe("more");
  expect(error.hint).toBe("less");
  expect(error.cause).toBe(cause);
});

test("AppError has no cause if none was given", () => {
  expect("cause" in new AppError("io", "Cannot")).toBe(false);
});

test("ExitCode holds the numbers of the contract", () => {
  expect(ExitCode).toEqual({
    done: 0,
    failed: 1,
    usage: 2,
    notRunning: 3,
    noSuchGateway: 4,
    bug: 70,
    tryAgain: 75,
    configuration: 78,
  });
});

test("messageOf() makes a sentence of every thrown value", () => {
  expect(messageOf(new Error("no space"))).toBe("no space");
  expect(messageOf("text")).toBe("text");
  expect(messageOf(null)).toBe("null");
});

test.each([
  ["Cannot stop 'gateway-coder': it is still up", "it is still up"],
  ["Cannot stop gateway 'coder': pid 3 runs it: here", "pid 3 runs it: here"],
  ["Cannot write /vol/a: no space left on device", "Cannot write /vol/a: no space left on device"],
  ["gateway 'coder' is stopping", "gateway 'coder' is stopping"],
])("gatewayReason() of %j is %j", (message, reason) => {
  expect(gatewayReason(new AppError("io", message))).toBe(reason);
});
