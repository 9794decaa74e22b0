import { expect, test } from "bun:test";
import {
  EMPTY_RECORD,
  forgetCrashes,
  readExitRecord,
  recentCrashes,
  remainingBackoff,
  writeExitRecord,
} from "../../../../src/gateway/record/exit-record.ts";
import type { RecordedExit } from "../../../../src/gateway/record/exit.ts";
import { TEST_UPTIME } from "../../../support/fake-clock.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");
const PATH = "/run/hermes/gateway-coder.exits.json";
const EXIT: RecordedExit = {
  at: 1,
  pid: 50,
  startTime: 5000,
  code: 1,
  signal: null,
  ranMs: 10,
  meaning: "crashed",
  reason: "crashed with exit code 1",
  backoffMs: 1000,
};

function image(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  return host;
}

test("readExitRecord() reads what writeExitRecord() wrote", () => {
  const host = image();
  const record = { ...EMPTY_RECORD, pid: 50, crashes: [TEST_UPTIME], exits: [EXIT] };
  writeExitRecord(host, CODER, record);
  expect(readExitRecord(host, CODER)).toEqual(record);
});

test.each(["", "{", "[]", "null", '{"version":2}', '{"version":1,"crashes":["x"]}', "\0"])(
  "readExitRecord() begins afresh if the file holds %j",
  (text) => {
    const host = image();
    host.disk.putFile(PATH, text);
    expect(readExitRecord(host, CODER)).toEqual(EMPTY_RECORD);
  },
);

test("readExitRecord() makes a reason harmless for a terminal", () => {
  const host = image();
  const exits = [{ ...EXIT, reason: "\u001b]0;x\u0007 \n evil" }];
  host.disk.putFile(PATH, JSON.stringify({ ...EMPTY_RECORD, parkedReason: "a\u001b[1mb", exits }));
  const record = readExitRecord(host, CODER);
  expect(record.parkedReason).toBe("a [1mb");
  expect(record.exits[0]?.reason).toBe("]0;x evil");
});

const ODD: readonly (readonly [key: keyof typeof EMPTY_RECORD, value: unknown, taken: unknown])[] =
  [
    ["pid", "50", null],
    ["startTime", {}, null],
    ["beginsAt", -1, null],
    ["backoffUntil", "soon", null],
    ["parkedReason", 7, null],
    ["restarts", -1, 0],
    ["crashes", [1, "x", 2], [1, 2]],
    ["crashes", 3, []],
    ["exits", [{}, EXIT, { ...EXIT, at: "x" }], [EXIT]],
    ["exits", [{ ...EXIT, code: "1", reason: 3 }], [{ ...EXIT, code: null, reason: "unknown" }]],
  ];

test.each(ODD)(
  "readExitRecord() takes a wrong %s (%j) for %j, and keeps the rest",
  (key, value, taken) => {
    const host = image();
    const record = { ...EMPTY_RECORD, pid: 50, parkedReason: "parked", crashes: [1], restarts: 3 };
    host.disk.putFile(PATH, JSON.stringify({ ...record, [key]: value }));
    const expected: unknown = { ...record, [key]: taken };
    expect(JSON.stringify(readExitRecord(host, CODER))).toBe(JSON.stringify(expected));
  },
);

test("readExitRecord() follows no link as root and reads nothing large", () => {
  const host = image();
  host.disk.followsLinks = false;
  host.disk.putFile("/secret", JSON.stringify({ ...EMPTY_RECORD, pid: 7 }));
  host.disk.putLink(PATH, "/secret");
  expect(readExitRecord(host, CODER)).toEqual(EMPTY_RECORD);
  host.disk.putFile(PATH, "{}", { size: 1_000_000_000 });
  expect(readExitRecord(host, CODER)).toEqual(EMPTY_RECORD);
});

test("writeExitRecord() keeps the last twenty ends and the crashes that count", () => {
  const host = image();
  const exits = Array.from({ length: 30 }, (_, at) => ({ ...EXIT, at }));
  const crashes = [TEST_UPTIME - 600_000, TEST_UPTIME - 599_999];
  writeExitRecord(host, CODER, { ...EMPTY_RECORD, exits, crashes });
  const kept = readExitRecord(host, CODER);
  expect(kept.exits.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, at) => at + 10));
  expect(kept.crashes).toEqual([TEST_UPTIME - 599_999]);
});

test("recentCrashes() forgets after ten minutes, and what a machine's earlier life left", () => {
  const record = { ...EMPTY_RECORD, crashes: [0, 1, 500_000, 600_001] };
  expect(recentCrashes(record, 600_000)).toEqual([1, 500_000]);
});

test("remainingBackoff() is what is left, never more than a minute", () => {
  const waiting = { ...EMPTY_RECORD, backoffUntil: 10_000 };
  expect(remainingBackoff(waiting, 7000)).toBe(3000);
  expect(remainingBackoff(waiting, 10_001)).toBe(0);
  expect(remainingBackoff({ ...waiting, backoffUntil: 9_000_000 }, 0)).toBe(60_000);
  expect(remainingBackoff(EMPTY_RECORD, 7000)).toBe(0);
});

test("forgetCrashes() leaves the ends, and nothing that delays or keeps down", () => {
  const host = image();
  writeExitRecord(host, CODER, {
    ...EMPTY_RECORD,
    pid: 50,
    backoffUntil: TEST_UPTIME + 1000,
    parkedReason: "crashed 8 times",
    crashes: [TEST_UPTIME],
    exits: [EXIT],
  });
  forgetCrashes(host, CODER);
  expect(readExitRecord(host, CODER)).toEqual({ ...EMPTY_RECORD, pid: 50, exits: [EXIT] });
});

test("forgetCrashes() writes nothing if there is nothing to forget", () => {
  const host = image();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  forgetCrashes(host, CODER);
  expect(host.disk.has(PATH)).toBe(false);
});
