import { expect, test } from "bun:test";
import { parseStatusFile } from "../../../../src/services/s6/status-file.ts";
import { statusBytes } from "../../../support/status-bytes.ts";

const NOW = Date.UTC(2026, 10, 20, 7, 23, 5);
const UP = { since: NOW - 90_500, readySince: NOW - 90_000, pid: 123, flags: 4 + 8 };

test.each([35, 43] as const)(
  "parseStatusFile() reads one of %i bytes that is up and ready",
  (size) => {
    expect(parseStatusFile(statusBytes({ ...UP, size }), NOW)).toEqual({
      up: true,
      wantedUp: true,
      ready: true,
      finished: false,
      pid: 123,
      secondsInState: 90,
      since: NOW - 90_500,
      lastExit: null,
    });
  },
);

test.each([
  [{ flags: 4 }, { up: true, ready: false, wantedUp: true }],
  [{ flags: 8 }, { up: true, ready: true, wantedUp: false }],
  [
    { pid: 0, flags: 4 },
    { up: false, wantedUp: true, pid: null, finished: true },
  ],
  [
    { pid: 0, flags: 8 },
    { up: false, ready: false, wantedUp: false },
  ],
  // Its finish script runs: the pid is that one's, and it was ready before it died.
  [
    { flags: 2 + 4 + 8, readySince: NOW - 100_000 },
    { up: false, ready: false, pid: null, finished: false },
  ],
  [{ pid: 0, readySince: UP.since }, { finished: true }],
  [{ pid: 0, readySince: UP.since - 1 }, { finished: false }],
  [{ since: NOW + 5000 }, { secondsInState: 0 }],
])("parseStatusFile() of %j is %j", (change, expected) => {
  expect(parseStatusFile(statusBytes({ ...UP, ...change }), NOW)).toMatchObject(expected);
});

test.each([
  [{ waitStatus: 0 }, { lastExit: { kind: "code", code: 0 } }],
  [{ waitStatus: 78 << 8 }, { lastExit: { kind: "code", code: 78 } }],
  [{ waitStatus: 9 }, { lastExit: { kind: "signal", signal: "SIGKILL" } }],
  // A core was dumped.
  [{ waitStatus: 0x80 + 11 }, { lastExit: { kind: "signal", signal: "SIGSEGV" } }],
  [{ waitStatus: 34 }, { lastExit: { kind: "signal", signal: "SIG34" } }],
  // It has never run (s6 2.15).
  [{ flags: 1 }, { lastExit: null }],
])("parseStatusFile() of a service that is down, %j, says %j", (change, expected) => {
  for (const size of [35, 43] as const) {
    const bytes = statusBytes({ ...UP, pid: 0, flags: 0, ...change, size });
    expect(parseStatusFile(bytes, NOW)).toMatchObject(expected);
  }
});

test("parseStatusFile() refuses a size that it does not know", () => {
  for (const size of [0, 34, 36, 42, 44, 64]) {
    expect(parseStatusFile(new Uint8Array(size), NOW)).toBeNull();
  }
});

test("parseStatusFile() refuses a time that s6 does not write", () => {
  expect(parseStatusFile(new Uint8Array(35), NOW)).toBeNull();
});
