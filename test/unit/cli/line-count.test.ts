import { expect, test } from "bun:test";
import { readLineCount } from "../../../src/cli/line-count.ts";

test.each([
  [undefined, 50],
  ["0", 0],
  ["007", 7],
  ["all", Infinity],
])("readLineCount() of %p is %p", (text, count) => {
  expect(readLineCount(text, 50)).toBe(count);
});

test.each(["", "-5", "5x", "1.5", "ALL", " 5"])("readLineCount() refuses '%s'", (text) => {
  expect(() => readLineCount(text, 50)).toThrow(`-n takes a number or \`all\`, not '${text}'`);
});
