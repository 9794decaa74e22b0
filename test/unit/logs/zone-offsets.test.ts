import { expect, test } from "bun:test";
import { createOffsets, timeOfWall } from "../../../src/logs/zone-offsets.ts";

test("createOffsets() knows zones of quarters of an hour, and clocks that change at half past", () => {
  expect(createOffsets("Asia/Kathmandu")(Date.UTC(2026, 10, 20)) / 60_000).toBe(345);
  const howe = createOffsets("Australia/Lord_Howe");
  const change = Date.UTC(2026, 9, 3, 15, 30);
  expect([change - 1, change].map((time) => howe(time) / 60_000)).toEqual([630, 660]);
});

test("timeOfWall() finds the time on both sides of a change of the clocks", () => {
  const offsets = createOffsets("Europe/Berlin");
  for (const time of [
    Date.UTC(2026, 2, 29, 0, 59),
    Date.UTC(2026, 2, 29, 1, 1),
    Date.UTC(2026, 9, 24, 23, 59),
    Date.UTC(2026, 9, 25, 2, 30),
  ]) {
    expect(timeOfWall(time + offsets(time), offsets)).toBe(time);
  }
});

test.each([
  ["Europe/Berlin", Date.UTC(2026, 9, 25, 2, 30), Date.UTC(2026, 9, 25, 0, 30)],
  ["America/New_York", Date.UTC(2026, 10, 1, 1, 30), Date.UTC(2026, 10, 1, 5, 30)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 5, 1, 45), Date.UTC(2026, 3, 4, 14, 45)],
])("timeOfWall() takes the earlier time of the repeated hour in %s", (zone, wall, time) => {
  expect(timeOfWall(wall, createOffsets(zone))).toBe(time);
});

test.each([
  ["Europe/Berlin", Date.UTC(2026, 2, 29, 2, 30), Date.UTC(2026, 2, 29, 1)],
  ["America/New_York", Date.UTC(2026, 2, 8, 2, 30), Date.UTC(2026, 2, 8, 7)],
  // A whole day that Samoa never had.
  ["Pacific/Apia", Date.UTC(2011, 11, 30, 12), Date.UTC(2011, 11, 30, 10)],
])("timeOfWall() takes the change of the clocks for the skipped hour in %s", (zone, wall, time) => {
  expect(timeOfWall(wall, createOffsets(zone))).toBe(time);
});
