import { expect, test } from "bun:test";
import { parseSince } from "../../../src/logs/since.ts";
import { createOffsets } from "../../../src/logs/zone-offsets.ts";

const NOW = Date.UTC(2026, 10, 20, 7, 23, 5);
/** Of somebody whose clocks are an hour ahead. */
const ahead = () => 3_600_000;

test.each([
  ["10m", NOW - 600_000],
  ["45s", NOW - 45_000],
  ["1h30m", NOW - 5_400_000],
  ["2d", NOW - 172_800_000],
  ["0.5h", NOW - 1_800_000],
  ["2026-11-20T07:00:00Z", Date.UTC(2026, 10, 20, 7)],
  ["2026-11-20T07:00+02:00", Date.UTC(2026, 10, 20, 5)],
  ["2026-11-20T07:00", Date.UTC(2026, 10, 20, 6)],
  ["2026-11-20 07:00:30.5", Date.UTC(2026, 10, 20, 6, 0, 30, 500)],
  ["2026-11-20", Date.UTC(2026, 10, 19, 23)],
  ["1w", NOW - 604_800_000],
  ["today", Date.UTC(2026, 10, 19, 23)],
  ["Yesterday", Date.UTC(2026, 10, 18, 23)],
  ["08:20", Date.UTC(2026, 10, 20, 7, 20)],
  ["8:20", Date.UTC(2026, 10, 20, 7, 20)],
  ["08:23:05", NOW],
  ["08:23:06", NOW - 86_399_000],
  ["23:59", Date.UTC(2026, 10, 19, 22, 59)],
])("parseSince() understands %s", (text, time) => {
  expect(parseSince(text, NOW, ahead)).toBe(time);
});

test.each([
  "",
  "10",
  "m",
  "10 m",
  "10x",
  "24:00",
  "08:60",
  "08:20pm",
  "90",
  "2026-13-40",
  "2026-02-30",
  "-5m",
  "10m ago",
  "1e3s",
])("parseSince() returns null for %j", (text) => {
  expect(parseSince(text, NOW, ahead)).toBeNull();
});

test("parseSince() finds a time of day and a midnight on the other side of a change of the clocks", () => {
  const offsets = createOffsets("Europe/Berlin");
  // Half past eight in the morning after the clocks went forward at two.
  const now = Date.UTC(2026, 2, 29, 6, 30);
  expect(parseSince("today", now, offsets)).toBe(Date.UTC(2026, 2, 28, 23));
  expect(parseSince("08:20", now, offsets)).toBe(Date.UTC(2026, 2, 29, 6, 20));
  expect(parseSince("08:40", now, offsets)).toBe(Date.UTC(2026, 2, 28, 7, 40));
});

test("parseSince() takes the earlier time of a repeated hour, and the change for a skipped one", () => {
  const offsets = createOffsets("America/New_York");
  const autumn = Date.UTC(2026, 10, 1, 12);
  expect(parseSince("01:30", autumn, offsets)).toBe(Date.UTC(2026, 10, 1, 5, 30));
  expect(parseSince("2026-11-01T01:30", autumn, offsets)).toBe(Date.UTC(2026, 10, 1, 5, 30));
  expect(parseSince("2026-11-01T01:30-05:00", autumn, offsets)).toBe(Date.UTC(2026, 10, 1, 6, 30));
  // Between the two: the one that was.
  expect(parseSince("01:30", Date.UTC(2026, 10, 1, 6), offsets)).toBe(Date.UTC(2026, 10, 1, 5, 30));
  const spring = Date.UTC(2026, 2, 8, 12);
  expect(parseSince("02:30", spring, offsets)).toBe(Date.UTC(2026, 2, 8, 7));
  expect(parseSince("2026-03-08 02:30", spring, offsets)).toBe(Date.UTC(2026, 2, 8, 7));
});
