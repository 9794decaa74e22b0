import { expect, test } from "bun:test";
import { toPrintable } from "../../../src/core/printable.ts";

test.each([
  ["plain", "plain"],
  ["  two\n\nlines\t", "two lines"],
  ["\u001b[2Jgone\u0007", "[2Jgone"],
  ["a\u202eb\u200bc", "a b c"],
  ["naïve ✗ 日本", "naïve ✗ 日本"],
  ["", ""],
])("toPrintable() of %j is %j", (text, line) => {
  expect(toPrintable(text, 100)).toBe(line);
});

test("toPrintable() shortens to the length", () => {
  expect(toPrintable("x".repeat(10), 10)).toBe("x".repeat(10));
  expect(toPrintable("x".repeat(11), 10)).toBe(`${"x".repeat(7)}...`);
});
