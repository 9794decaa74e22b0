import { expect, test } from "bun:test";
import { parseSince } from "../../../src/logs/since.ts";

const NOW = Date.UTC(2026, 10, 20, 7, 23, 5);
/** Of somebody whose clocks are an hour ahead. */
const fromWall = (wall: number) => wall - 3_600_000;

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
])("parseSince() understands %s", (text, time) => {
  expect(parseSince(text, NOW, fromWall)).toBe(time);
});

test.each(["", "10", "m", "10 m", "10x", "yesterday", "2026-13-40", "-5m", "10m ago", "1e3s"])(
  "parseSince() gives null for %j",
  (text) => {
    expect(parseSince(text, NOW, fromWall)).toBeNull();
  },
);
