import { expect, test } from "bun:test";
import { makeEvent, renderEventLine } from "../../../../src/gateway/record/event.ts";
import { findHookFailure } from "../../../../src/gateway/record/hook-failure.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";

const MINUTE = 60_000;
const CODER = profileName("coder");

function lineAt(time: number, kind: "started" | "hook-failed" | "registered", reason?: string) {
  const event = makeEvent(time, kind, CODER, reason === undefined ? {} : { reason });
  return renderEventLine(event).trimEnd();
}

const FAILED = lineAt(TEST_TIME - 5 * MINUTE, "hook-failed", "told of 'parked'");
const find = (...lines: readonly string[]) => findHookFailure(lines, TEST_TIME)?.reason ?? null;

test("findHookFailure() is null if the hook never failed", () => {
  expect(find()).toBeNull();
  expect(find(lineAt(TEST_TIME - MINUTE, "started"), "no event")).toBeNull();
});

test("findHookFailure() finds the last failure, whatever the boot wrote after it", () => {
  expect(find(FAILED, "")).toBe("told of 'parked'");
  const boot = lineAt(TEST_TIME - MINUTE, "registered", "at boot, down");
  expect(find(FAILED, boot)).toBe("told of 'parked'");
});

test("findHookFailure() is over with the next event that the hook took, not with one that may wait", () => {
  expect(find(FAILED, lineAt(TEST_TIME - MINUTE, "started"))).toBeNull();
  expect(find(FAILED, lineAt(TEST_TIME - 1000, "started"))).toBe("told of 'parked'");
});
