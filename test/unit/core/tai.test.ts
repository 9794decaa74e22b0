import { expect, test } from "bun:test";
import { parseTaiLabel, renderTaiLabel } from "../../../src/core/tai.ts";

/** A label as s6-log writes it, from seconds since 1970 and the leap seconds that have passed. */
const label = (seconds: number, passed: number, nanoseconds = 0) =>
  (2n ** 62n + BigInt(seconds + 10 + passed)).toString(16) +
  nanoseconds.toString(16).padStart(8, "0");

test("parseTaiLabel() counts the leap seconds, as s6-log does", () => {
  // What s6-log wrote when `date +%s` said 1795982466.
  expect(parseTaiLabel("400000006b0c84a70cc23caf")).toBe(1_795_982_466_214);
  expect(parseTaiLabel(label(0, 0))).toBe(0);
  expect(parseTaiLabel(label(1_483_228_799, 26, 999_999_999))).toBe(1_483_228_799_999);
  expect(parseTaiLabel(label(1_483_228_800, 26))).toBe(1_483_228_800_000);
  expect(parseTaiLabel(label(1_483_228_800, 27))).toBe(1_483_228_800_000);
  expect(parseTaiLabel(label(78_796_799, 0))).toBe(78_796_799_000);
  expect(parseTaiLabel(label(78_796_800, 1))).toBe(78_796_800_000);
});

test.each([
  "",
  "400000006b0c84a70cc23ca",
  "400000006b0c84a70cc23caf0",
  "400000006B0C84A70CC23CAF",
  "ffffffffffffffffffffffff",
  "7fffffffffffffff00000000",
  "400000006b0c84a7ffffffff",
  "000000006b0c84a700000000",
])("parseTaiLabel() returns null for %j", (text) => {
  expect(parseTaiLabel(text)).toBeNull();
});

test("parseTaiLabel() gives the time that s6-tai64nlocal gives", () => {
  expect(parseTaiLabel("400000006b0033bc07a29b10")).toBe(Date.UTC(2026, 10, 20, 11, 48, 39, 128));
});

test("renderTaiLabel() writes the time that parseTaiLabel() reads", () => {
  const time = Date.UTC(2026, 10, 20, 7, 23, 5, 123);
  expect(renderTaiLabel(time)).toMatch(/^4[0-9a-f]{23}$/);
  expect(parseTaiLabel(renderTaiLabel(time))).toBe(time);
});
