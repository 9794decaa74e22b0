import { expect, test } from "bun:test";
import { prepareStart } from "../../../src/gateway/before-start.ts";
import {
  EMPTY_RECORD,
  readExitRecord,
  writeExitRecord,
} from "../../../src/profiles/exit-record.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");

function image(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.table.start(50);
  return host;
}

test("prepareStart() waits for nothing the first time, and records the process", () => {
  const host = image();
  expect(prepareStart(host, CODER, 50)).toBe(0);
  expect(readExitRecord(host, CODER)).toEqual({
    ...EMPTY_RECORD,
    pid: 50,
    startTime: 5000,
    beginsAt: TEST_UPTIME,
  });
});

test("prepareStart() waits for what is left of a delay, whatever the clock on the wall says", () => {
  const host = image();
  writeExitRecord(host, CODER, {
    ...EMPTY_RECORD,
    waitUntil: TEST_UPTIME + 4000,
    keptDown: "crashed",
    crashes: [TEST_UPTIME],
  });
  host.clock.advance(1500);
  expect(prepareStart(host, CODER, 50)).toBe(2500);
  expect(readExitRecord(host, CODER)).toMatchObject({
    beginsAt: TEST_UPTIME + 4000,
    keptDown: null,
    crashes: [TEST_UPTIME],
  });
});

test("prepareStart() lets the gateway start where nothing can be recorded, and says so", () => {
  const host = image();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  expect(prepareStart(host, CODER, 50)).toBe(0);
  expect(host.notes).toEqual(["warning: cannot record the start: no space left on device"]);
});
