import { expect, test } from "bun:test";
import { COLORED } from "../../../src/terminal/style.ts";
import { widthOf } from "../../../src/terminal/width.ts";
import { hang, wrap } from "../../../src/terminal/wrap.ts";

test("wrap() breaks at blanks, and inside a word that is too wide", () => {
  expect(wrap("one two three four", 10)).toEqual(["one two", "three four"]);
  expect(wrap("one  two", 5)).toEqual(["one", "two"]);
  expect(wrap("abcdefghijklmnop q", 10)).toEqual(["abcdefghij", "klmnop q"]);
  expect(wrap("日本語日本語", 5)).toEqual(["日本", "語日", "本語"]);
  expect(wrap("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5)).toEqual(["👩‍👩‍👧‍👦👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]);
  expect(wrap("", 10)).toEqual([]);
  expect(wrap("any width", Infinity)).toEqual(["any width"]);
});

test("wrap() keeps a command in one piece if it fits", () => {
  expect(wrap("then `hermes status`, or wait", 20)).toEqual([
    "then",
    "`hermes status`, or",
    "wait",
  ]);
  expect(wrap("`a command that is longer`", 10)).toEqual(["`a command", "that is", "longer`"]);
});

test.each([
  "should run, but is parked: crashed 8 times in 10 minutes",
  "理由 が 長い ので 端末 の 幅 に 収まら ない",
  "e\u0301te\u0301 e\u0301te\u0301 हिन्दी में लिखा 👩‍👩‍👧‍👦 🇩🇪 ❤️ text",
])("wrap() keeps every word of %j, whatever the width", (text) => {
  for (let width = 10; width < 70; width += 1) {
    const rows = wrap(text, width);
    expect(rows.join(" ")).toBe(text);
    expect(Math.max(...rows.map(widthOf))).toBeLessThanOrEqual(width);
  }
});

test("wrap() gives each row its own styles, the outer and the inner ones", () => {
  const { bold, cyan } = COLORED;
  const text = `${bold(`bold ${cyan("hello world")} still bold`)} plain`;
  const rows = wrap(text, 10);
  expect(rows.map((row) => Bun.stripANSI(row))).toEqual([
    "bold hello",
    "world",
    "still bold",
    "plain",
  ]);
  expect(rows[1]).toBe("\u001B[1m\u001B[36mworld\u001B[39m\u001B[22m");
  expect(rows[3]).toBe("plain");
});

test("hang() puts further rows below the first one", () => {
  expect(hang("Label: ", "one two three four", 16)).toEqual([
    "Label: one two",
    "       three",
    "       four",
  ]);
  expect(hang("日本 ", "one two three", 13)).toEqual(["日本 one two", "     three"]);
  expect(hang("Label: ", "", 16)).toEqual(["Label: "]);
  expect(hang("Label: ", "one two three four", null)).toEqual(["Label: one two three four"]);
});

test("hang() wraps the lead, too, if it leaves too little room beside it", () => {
  expect(hang("very long label: ", "text", 12)).toEqual(["very long", "label: text"]);
});
