import { expect, test } from "bun:test";
import { layOut, plainPaint, renderTable, shorten, wrap } from "../../../src/terminal/table.ts";
import { visiblePaint } from "../../support/snapshots.ts";

test("renderTable() pads to the widest cell and leaves no spaces at the end", () => {
  expect(
    renderTable([
      ["A", "B", "C"],
      ["long one", "x", ""],
    ]),
  ).toBe("A         B  C\nlong one  x\n");
  expect(renderTable([])).toBe("");
  expect(renderTable([["a", "", "b"]])).toBe("a  b\n");
});

test("layOut() paints a cell's text and not what pads it", () => {
  const rows = [
    [{ text: "a", role: "bad" }, { text: "b" }],
    [{ text: "long" }, { text: "c" }],
  ] as const;
  expect(layOut(rows, visiblePaint)).toEqual(["<bad:a>     b", "long  c"]);
  expect(layOut(rows, plainPaint)).toEqual(["a     b", "long  c"]);
});

test("wrap() breaks at spaces, and inside a word that is too long", () => {
  expect(wrap("one two three four", 10)).toEqual(["one two", "three four"]);
  expect(wrap("abcdefghijklmnop q", 10)).toEqual(["abcdefghij", "klmnop q"]);
  expect(wrap("", 10)).toEqual([]);
});

test("wrap() keeps a command in one piece where it fits", () => {
  expect(wrap("then `hermes status`, or wait", 20)).toEqual([
    "then",
    "`hermes status`, or",
    "wait",
  ]);
  expect(wrap("`a command that is longer`", 10)).toEqual(["`a command", "that is", "longer`"]);
});

test("wrap() keeps every word whatever the width", () => {
  const text = "is to run, and is kept down: crashed 8 times in 10 minutes";
  for (let width = 10; width < 70; width += 1) {
    const lines = wrap(text, width);
    expect(lines.join(" ")).toBe(text);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});

test("shorten() keeps both ends of a text that is too long", () => {
  expect(shorten("short", 10)).toBe("short");
  expect(shorten("0123456789abcdef", 9)).toBe("0123…cdef");
  expect(shorten("0123456789abcdef", 9)).toHaveLength(9);
});
