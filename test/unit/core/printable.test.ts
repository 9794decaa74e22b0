import { expect, test } from "bun:test";
import {
  describeFileName,
  makeHarmless,
  makeLineHarmless,
  toPrintable,
} from "../../../src/core/printable.ts";

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

test.each([
  ["plain", "plain"],
  ["a\tb", "a\tb"],
  ["\u001b[31mred\u001b[0m", "red"],
  ["\u001b]0;title\u0007", "^[]0;title^G"],
  ["\u001b[2J", "^[[2J"],
  ["progress\r", "progress"],
  ["50%\r60%", "50%^M60%"],
  ["\u009b31m", "<U+009B>31m"],
  ["abc\u202edef", "abc<U+202E>def"],
  ["\u007f", "^?"],
  ["Grüße, 世界 👋", "Grüße, 世界 👋"],
])("makeLineHarmless() of %j is %j", (text, harmless) => {
  expect(makeLineHarmless(text)).toBe(harmless);
});

test("makeHarmless() keeps lines and colours, and nothing else that a terminal would obey", () => {
  const text = "\u001b[1;31mred\u001b[0m\n\tline\r\n\u001b]52;c;cm0=\u0007\u001b[6n\u009b2J\u202e";
  expect(makeHarmless(text)).toBe(
    "\u001b[1;31mred\u001b[0m\n\tline^M\n^[]52;c;cm0=^G^[[6n<U+009B>2J<U+202E>",
  );
});

test.each([
  ["plain name.md", "plain name.md"],
  ['"50%\\', '"50%\\'],
  ["Grüße", "Grüße"],
  ["a\nwarning: b", "a\\nwarning: b"],
  ["\u001b[31mred", "\\u001b[31mred"],
  [Uint8Array.from([0x63, 0x61, 0x66, 0xe9, 0x0a]), "caf%E9%0A"],
])("describeFileName() of %j is %j, on one line", (name, described) => {
  expect(describeFileName(name)).toBe(described);
});
