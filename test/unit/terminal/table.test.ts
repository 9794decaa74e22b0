import { expect, test } from "bun:test";
import { PLAIN_VIEW } from "../../support/plain-view.ts";
import { layOut, layoutWidth, renderColumns, shortenColumns } from "../../../src/terminal/table.ts";
import { visiblePaint } from "../../support/snapshots.ts";

const layOutTexts = (rows: readonly (readonly string[])[]) =>
  layOut(
    rows.map((row) => row.map((text) => ({ text }))),
    PLAIN_VIEW.paint,
  );

test("layOut() pads to the widest cell and leaves no spaces at the end", () => {
  expect(layOutTexts([])).toEqual([]);
  expect(layOutTexts([["a", "", "b"]])).toEqual(["a  b"]);
});

test("layOut() paints a cell's text and not its padding", () => {
  const rows = [
    [{ text: "a", role: "bad" }, { text: "b" }],
    [{ text: "long" }, { text: "c" }],
  ] as const;
  expect(layOut(rows, visiblePaint)).toEqual(["<bad:a>     b", "long  c"]);
  expect(layOut(rows, PLAIN_VIEW.paint)).toEqual(["a     b", "long  c"]);
});

test.each(["日本語", "e\u0301e\u0301", "👩‍👩‍👧‍👦", "\u001B[31mred\u001B[39m", "हिन्दी"])(
  "layOut() aligns columns beside %j by their width on a terminal",
  (text) => {
    const rows = [
      [{ text }, { text: "x", align: "right" }],
      [{ text: "longer than it" }, { text: "long" }],
    ] as const;
    const lines = layOut(rows, PLAIN_VIEW.paint);
    expect(lines.map((line) => Bun.stringWidth(line))).toEqual([20, 20]);
    expect(layoutWidth(rows)).toBe(20);
  },
);

test("shortenColumns() cuts as far as the width asks for it, but not below the shortest", () => {
  const rows = ["profile-with-a-long-name", "日本語日本語日本語日本語日本"].map((text) => [
    { text },
    { text: "running" },
  ]);
  for (const width of [40, 30, 25]) {
    expect(layoutWidth(shortenColumns(rows, [0], width))).toBeLessThanOrEqual(width);
  }
  expect(shortenColumns(rows, [0], 100)).toEqual(rows);
  expect(shortenColumns(rows, [0], 10)[0]?.[0]?.text).toBe("profil…-name");
  expect(layoutWidth(shortenColumns(rows, [0, 1], 16, 4))).toBeLessThanOrEqual(16);
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
