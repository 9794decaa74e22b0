import { expect, test } from "bun:test";
import { parseZoneFile } from "../../../src/logs/zone-file.ts";
import { zoneFile } from "../../support/zone-file.ts";

const HOUR = 3_600_000;

function hoursAt(bytes: Uint8Array, ...times: readonly number[]): readonly number[] | null {
  const offsetAt = parseZoneFile(bytes);
  return offsetAt === null ? null : times.map((time) => offsetAt(time) / HOUR);
}

test("parseZoneFile() knows the changes of the clocks, and the rule for those to come", () => {
  const change = Date.UTC(1996, 2, 31, 1);
  const rule = "CET-1CEST,M3.5.0,M10.5.0/3";
  const file = zoneFile(
    1800,
    [
      [-1_000_000_000, 3600],
      [change / 1000, 7200],
      [Date.UTC(1996, 9, 27, 1) / 1000, 3600],
    ],
    rule,
  );
  const times = [-1e15, -1e12 + 900_000, change - 1, change, Date.UTC(2026, 6, 1)];
  expect(hoursAt(file, ...times)).toEqual([0.5, 1, 1, 2, 2]);
  expect(hoursAt(zoneFile(0, [], rule), Date.UTC(2026, 9, 25, 0, 59))).toEqual([2]);
  expect(hoursAt(zoneFile(0, [], rule), Date.UTC(2026, 9, 25, 1))).toEqual([1]);
});

test("parseZoneFile() continues with the last change if there is no rule", () => {
  expect(hoursAt(zoneFile(0, [[1_000_000_000, 7200]]), Date.UTC(2026, 0, 1))).toEqual([2]);
  expect(hoursAt(zoneFile(-18_000), 0)).toEqual([-5]);
});

test("parseZoneFile() returns null for any other file, also one that ends too early", () => {
  const whole = zoneFile(0, [[1_000_000_000, 7200]]);
  expect(parseZoneFile(new Uint8Array())).toBeNull();
  expect(parseZoneFile(new TextEncoder().encode("no zone file".repeat(20)))).toBeNull();
  for (let length = 0; length < whole.length - 8; length += 1) {
    expect(parseZoneFile(whole.subarray(0, length))).toBeNull();
  }
  const lying = whole.slice();
  lying.fill(0xff, 20, 44);
  expect(parseZoneFile(lying)).toBeNull();
});
