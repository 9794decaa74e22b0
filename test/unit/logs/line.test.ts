import { expect, test } from "bun:test";
import {
  createStampedParser,
  mergeLines,
  parseBootLine,
  renderTime,
  type LogLine,
} from "../../../src/logs/line.ts";
import { createOffsets } from "../../../src/logs/offsets.ts";

const TIME = Date.UTC(2026, 10, 20, 7, 23, 5, 123);
const parse = createStampedParser(createOffsets("UTC"));

test("createStampedParser() reads a line of s6-log with a TAI64N label, whatever the zone is", () => {
  const label = "@400000006a0eb2fe0754d4c0";
  for (const zone of ["UTC", "America/New_York"]) {
    const read = createStampedParser(createOffsets(zone));
    expect(read("coder", `${label}   indented`)).toEqual({
      source: "coder",
      time: Date.UTC(2026, 4, 21, 7, 23, 5, 123),
      text: "  indented",
    });
  }
  expect(parse("x", `${label} `).text).toBe("");
  for (const text of [label, `${label}x`, `@4000 x`, `@${"f".repeat(24)} x`]) {
    expect(parse("x", text)).toEqual({ source: "x", time: null, text });
  }
});

test("createStampedParser() reads a line with local time, as earlier versions wrote it", () => {
  expect(parse("coder", "2026-11-20 07:23:05.123456789  Gateway 'coder' runs")).toEqual({
    source: "coder",
    time: TIME,
    text: "Gateway 'coder' runs",
  });
});

test("createStampedParser() reads times as the clocks of its zone show them", () => {
  const berlin = createStampedParser(createOffsets("Europe/Berlin"));
  expect(berlin("x", "2026-11-20 08:23:05.123456789  a").time).toBe(TIME);
  expect(berlin("x", "2026-07-20 09:23:05.123456789  a").time).toBe(
    Date.UTC(2026, 6, 20, 7, 23, 5, 123),
  );
});

test("createStampedParser() keeps what has no time, and the spaces in front of a text", () => {
  expect(parse("x", "just words")).toEqual({ source: "x", time: null, text: "just words" });
  expect(parse("x", "2026-11-20 07:23:05.123456789    indented").text).toBe("  indented");
  expect(parse("x", "2026-11-20 07:23:05.123456789  ").text).toBe("");
});

test("parseBootLine() reads a line of the boot log", () => {
  expect(parseBootLine("boot", "2026-11-20T07:23:05+0000 profile=coder action=started")).toEqual({
    source: "boot",
    time: Date.UTC(2026, 10, 20, 7, 23, 5),
    text: "profile=coder action=started",
  });
  expect(parseBootLine("boot", "2026-99-99T07:23:05+0000 profile=x").time).toBeNull();
});

test.each([
  ["UTC", "2026-11-20T07:23:05.123Z"],
  ["Europe/Berlin", "2026-11-20T08:23:05.123+01:00"],
  ["America/St_Johns", "2026-11-20T03:53:05.123-03:30"],
])("renderTime() in %s is %s", (zone, text) => {
  expect(renderTime(TIME, createOffsets(zone))).toBe(text);
});

const line = (source: string, time: number | null, text = ""): LogLine => ({ source, time, text });

test("mergeLines() orders by time and keeps each log's own order", () => {
  const a = [line("a", 1, "1"), line("a", 3, "2"), line("a", null, "3"), line("a", 2, "4")];
  const b = [line("b", null, "1"), line("b", 2, "2"), line("b", 3, "3")];
  expect(mergeLines([a, b]).map(({ source, text }) => source + text)).toEqual([
    "b1",
    "a1",
    "b2",
    "a2",
    "a3",
    "a4",
    "b3",
  ]);
});
