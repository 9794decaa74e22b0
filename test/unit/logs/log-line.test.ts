import { expect, test } from "bun:test";
import { createStampedParser, parseBootLine, renderTime } from "../../../src/logs/log-line.ts";
import { createOffsets } from "../../../src/logs/zone-offsets.ts";

const TIME = Date.UTC(2026, 10, 20, 7, 23, 5, 123);
const parse = createStampedParser("coder", () => createOffsets("UTC"));

test("createStampedParser() reads a line of s6-log with a TAI64N label in every zone", () => {
  const label = "@400000006a0eb2fe0754d4c0";
  for (const zone of ["UTC", "America/New_York"]) {
    const read = createStampedParser("coder", () => createOffsets(zone));
    expect(read(`${label}   indented`, "line")).toEqual({
      source: "coder",
      part: "line",
      time: Date.UTC(2026, 4, 21, 7, 23, 5, 123),
      text: "  indented",
    });
  }
  expect(parse(`${label} `, "line").text).toBe("");
  for (const text of [label, `${label}x`, `@4000 x`, `@${"f".repeat(24)} x`]) {
    expect(parse(text, "line")).toEqual({
      source: "coder",
      part: "line",
      time: null,
      text,
    });
  }
});

test("createStampedParser() reads a line with local time, as earlier versions wrote it", () => {
  expect(parse("2026-11-20 07:23:05.123456789  Gateway 'coder' runs", "line")).toEqual({
    source: "coder",
    part: "line",
    time: TIME,
    text: "Gateway 'coder' runs",
  });
});

test("createStampedParser() reads times as the clocks of its zone show them", () => {
  const berlin = createStampedParser("coder", () => createOffsets("Europe/Berlin"));
  expect(berlin("2026-11-20 08:23:05.123456789  a", "line").time).toBe(TIME);
  expect(berlin("2026-07-20 09:23:05.123456789  a", "line").time).toBe(
    Date.UTC(2026, 6, 20, 7, 23, 5, 123),
  );
});

test("createStampedParser() keeps lines without a time, and the spaces in front of a text", () => {
  expect(parse("just words", "line")).toEqual({
    source: "coder",
    part: "line",
    time: null,
    text: "just words",
  });
  expect(parse("2026-11-20 07:23:05.123456789    indented", "line").text).toBe("  indented");
  expect(parse("2026-11-20 07:23:05.123456789  ", "line").text).toBe("");
});

test("parseBootLine() reads a line of the boot log", () => {
  expect(parseBootLine("2026-11-20T07:23:05+0000 profile=coder action=started", "line")).toEqual({
    source: "boot",
    part: "line",
    time: Date.UTC(2026, 10, 20, 7, 23, 5),
    text: "profile=coder action=started",
  });
  expect(parseBootLine("2026-99-99T07:23:05+0000 profile=x", "line").time).toBeNull();
});

test.each([
  ["UTC", "2026-11-20T07:23:05.123Z"],
  ["Europe/Berlin", "2026-11-20T08:23:05.123+01:00"],
  ["America/St_Johns", "2026-11-20T03:53:05.123-03:30"],
])("renderTime() in %s is %s", (zone, text) => {
  expect(renderTime(TIME, createOffsets(zone))).toBe(text);
});

test("createStampedParser() and parseBootLine() take no time from the middle of a line", () => {
  const text = "2026-11-20T07:23:05+0000 @400000006a0eb2fe0754d4c0 x";
  for (const part of ["middle", "last"] as const) {
    expect(parseBootLine(text, part)).toEqual({ source: "boot", part, time: null, text });
    const stamped = text.slice(25);
    expect(parse(stamped, part)).toEqual({ source: "coder", part, time: null, text: stamped });
  }
});
