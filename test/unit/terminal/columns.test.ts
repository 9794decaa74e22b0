import { expect, test } from "bun:test";
import { renderColumns, wrapWords } from "../../../src/terminal/columns.ts";

test("wrapWords() breaks between words and keeps a longer word whole", () => {
  expect(wrapWords("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrapWords("a incomprehensible b", 5)).toEqual(["a", "incomprehensible", "b"]);
  expect(wrapWords("", 5)).toEqual([""]);
});

test("renderColumns() wraps the right column at 80 and indents what follows", () => {
  const text = renderColumns([
    ["-a", "word ".repeat(30).trim()],
    ["--longer", "short"],
  ]);
  const lines = text.split("\n");
  expect(lines.every((line) => line.length <= 80)).toBe(true);
  expect(lines[0]).toStartWith("  -a        word ");
  expect(lines[1]).toStartWith("            word ");
  expect(lines.at(-1)).toBe("  --longer  short");
});

test("renderColumns() gives a very long left cell a line of its own, and paints the left", () => {
  const long = "x".repeat(50);
  expect(
    renderColumns(
      [
        [long, "what"],
        ["a", "b"],
      ],
      (cell) => `<${cell}>`,
    ),
  ).toBe(`  <${long}>\n     what\n  <a>  b`);
});
