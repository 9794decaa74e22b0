import { expect, test } from "bun:test";
import { parsePosixZone } from "../../../src/logs/posix-zone.ts";

const WINTER = Date.UTC(2026, 0, 15, 12);
const SUMMER = Date.UTC(2026, 6, 15, 12);

test.each([
  ["UTC0", 0, 0],
  ["JST-9", 540, 540],
  ["<-03>3", -180, -180],
  ["<+0330>-3:30", 210, 210],
  ["EST5EDT,M3.2.0,M11.1.0", -300, -240],
  ["EST5EDT", -300, -240],
  ["NZST-12NZDT,M9.5.0,M4.1.0/3", 780, 720],
  ["AAA3BBB2:30,59/1,J299", -180, -150],
])("parsePosixZone() knows %s", (text, winter, summer) => {
  const offsetAt = parsePosixZone(text);
  expect([WINTER, SUMMER].map((time) => (offsetAt?.(time) ?? NaN) / 60_000)).toEqual([
    winter,
    summer,
  ]);
});

test.each([
  ["EST5EDT,M3.2.0,M11.1.0", Date.UTC(2026, 2, 8, 7)],
  ["CET-1CEST,M3.5.0,M10.5.0/3", Date.UTC(2026, 2, 29, 1)],
  // 29 February is counted by the one and not by the other.
  ["AAA0BBB,60/0,300", Date.UTC(2024, 2, 1)],
  ["AAA0BBB,J60/0,300", Date.UTC(2024, 2, 1)],
  ["AAA0BBB,59/0,300", Date.UTC(2024, 1, 29)],
  ["IST-2IDT,M3.4.4/26,M10.5.0", Date.UTC(2026, 2, 27, 0)],
])("parsePosixZone() puts the clocks of %s forward at the right moment", (text, moment) => {
  const offsetAt = parsePosixZone(text) ?? (() => NaN);
  expect(offsetAt(moment) - offsetAt(moment - 1)).toBe(3_600_000);
});

test.each(["", "nonsense", "Europe/Berlin", "EST", "EST5EDT,M3.2.0", "EST5EDT,M3.2.0,x", "5EST"])(
  "parsePosixZone() returns null for %j",
  (text) => {
    expect(parsePosixZone(text)).toBeNull();
  },
);
