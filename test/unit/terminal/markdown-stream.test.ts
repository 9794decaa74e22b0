import { expect, test } from "bun:test";
import { createMarkdownStream } from "../../../src/terminal/markdown-stream.ts";
import { MONOCHROME } from "../../../src/terminal/style.ts";
import { measureProcessorMs } from "../../support/processor-time.ts";

const canvas = { columns: 40, style: MONOCHROME };

const bare = (row: string) => Bun.stripANSI(row);

const MARKDOWN = `

# Title


One **bold** line that is longer than the terminal is wide, so that it is broken.

- item
\`\`\`
code  **as it is**

more
\`\`\`
| a | b |
|---|---|
| 1 | 2 |
after the table

`;

const drawWhole = (pieces: readonly string[]) => {
  const stream = createMarkdownStream(() => canvas);
  const rows = pieces.flatMap((piece) => [...stream.push(piece)]);
  return [...rows, ...stream.finish()].map(bare);
};

test("createMarkdownStream() draws a blank line once, and none at the ends", () => {
  expect(drawWhole([MARKDOWN])).toEqual([
    "Title",
    "",
    "One bold line that is longer than the",
    "terminal is wide, so that it is broken.",
    "",
    "• item",
    "```",
    "code  **as it is**",
    "",
    "more",
    "```",
    "a  b",
    "─  ─",
    "1  2",
    "after the table",
  ]);
});

test("createMarkdownStream() draws the same rows, however the text is cut", () => {
  const whole = drawWhole([MARKDOWN]);
  expect(drawWhole(MARKDOWN.split(""))).toEqual(whole);
  for (const size of [2, 3, 7, 20]) {
    const pieces = MARKDOWN.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(drawWhole(pieces)).toEqual(whole);
  }
});

test("createMarkdownStream() shows unfinished rows below the finished ones", () => {
  const stream = createMarkdownStream(() => canvas);
  expect(stream.push("done\n\nin **pro")).toEqual(["done"]);
  expect(stream.open().map(bare)).toEqual(["", "in pro"]);
  expect(stream.push("gress**\n| a | b |\n").map(bare)).toEqual(["", "in progress"]);
  expect(stream.open().map(bare)).toEqual(["| a | b |"]);
  expect(stream.finish().map(bare)).toEqual(["| a | b |"]);
});

test("createMarkdownStream() removes control sequences of the model", () => {
  const stream = createMarkdownStream(() => canvas);
  const rows = stream.push("\u001B]52;c;aGk=\u0007\u001B[2J\u009B31mred\n");
  expect(rows).toEqual(["]52;c;aGk=[2J31mred"]);
});

test("createMarkdownStream() finishes the beginning of a line that has no end", async () => {
  const stream = createMarkdownStream(() => canvas);
  let rows = 0;
  const taken = await measureProcessorMs(() => {
    for (let count = 0; count < 150; count += 1) {
      rows += stream.push("word ".repeat(200)).length;
      expect(stream.open().length).toBeLessThan(250);
    }
  });
  expect(rows).toBeGreaterThan(3000);
  expect(taken).toBeLessThan(3000);
});
