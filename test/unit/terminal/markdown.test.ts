import { expect, test } from "bun:test";
import { parseInline } from "../../../src/terminal/markdown-inline.ts";
import { NO_BLOCK, renderMarkdownLine, type Canvas } from "../../../src/terminal/markdown-line.ts";
import { createMarkdownStream } from "../../../src/terminal/markdown-stream.ts";
import { renderTable } from "../../../src/terminal/markdown-table.ts";
import { wrapSpans } from "../../../src/terminal/wrap-spans.ts";

const measure = (text: string) => Bun.stringWidth(text);

const canvas = (columns = 40, colour = false): Canvas => ({ columns, theme: { colour }, measure });

const bare = (row: string) => Bun.stripANSI(row);

/** Marks as tags: `<bold>text</>`. */
function tags(text: string, isOpen = false): string {
  return parseInline(text, isOpen)
    .map((span) => {
      const names = Object.keys(span.marks).join(",");
      return names === "" ? span.text : `<${names}>${span.text}</>`;
    })
    .join("");
}

test.each([
  ["plain text", "plain text"],
  ["a **b** c", "a <bold>b</> c"],
  ["a __b__ c", "a <bold>b</> c"],
  ["a *b* _c_", "a <italic>b</> <italic>c</>"],
  ["***both***", "<bold,italic>both</>"],
  ["**a *b* c**", "<bold>a </><bold,italic>b</><bold> c</>"],
  ["~~gone~~", "<strike>gone</>"],
  ["`code` and ``co`de``", "<code>code</> and <code>co`de</>"],
  ["`**not bold**`", "<code>**not bold**</>"],
  ["**a `*` b**", "<bold>a </><bold,code>*</><bold> b</>"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["snake_case_name", "snake_case_name"],
  ["a*b", "a*b"],
  ["**open", "**open"],
  ["`open", "`open"],
  ["\\*stars\\* \\\\", "*stars* \\"],
  ["[text](https://a.test/x)", "<underline>text</><dim> (https://a.test/x)</>"],
  ["[https://a.test](https://a.test)", "<underline>https://a.test</>"],
  ["[x](https://a.test/b_(c))", "<underline>x</><dim> (https://a.test/b_(c))</>"],
  ["![alt](https://a.test/i.png)", "<underline>alt</><dim> (https://a.test/i.png)</>"],
  ["<https://a.test>", "<underline>https://a.test</>"],
  ["[not a link] (x)", "[not a link] (x)"],
  ["array[0](1)", "array<underline>0</><dim> (1)</>"],
  ["<b>", "<b>"],
])("parseInline(%j) is %j", (text, expected) => {
  expect(tags(text)).toBe(expected);
});

test.each([
  ["a **b", "a <bold>b</>"],
  ["a `b", "a <code>b</>"],
  ["a [text](https://a.te", "a <underline>text</>"],
  ["a **b *c", "a <bold>b </><bold,italic>c</>"],
  ["a **", "a **"],
])("parseInline(%j) of a line that still grows is %j", (text, expected) => {
  expect(tags(text, true)).toBe(expected);
});

test("parseInline() keeps every character of what is no Markdown, however hostile", () => {
  for (const text of [
    "*".repeat(300),
    "`".repeat(300),
    "[".repeat(300),
    "**a".repeat(200),
    "_*".repeat(200),
  ]) {
    const started = performance.now();
    expect(tags(text).length).toBeGreaterThan(0);
    expect(performance.now() - started).toBeLessThan(2000);
  }
});

const wrap = (text: string, columns: number, indent = 0) =>
  wrapSpans([{ text, marks: {} }], { columns, indent }, measure).map((row) =>
    row.map((span) => span.text).join(""),
  );

test("wrapSpans() breaks at blanks, and drops the blanks there", () => {
  expect(wrap("one two three", 7)).toEqual(["one two", "three"]);
  expect(wrap("one  two", 5)).toEqual(["one", "two"]);
  expect(wrap("one two", 20)).toEqual(["one two"]);
  expect(wrap("", 20)).toEqual([""]);
  expect(wrap("  indented", 20)).toEqual(["  indented"]);
});

test("wrapSpans() indents further rows and breaks words that are too long", () => {
  expect(wrap("- one two three", 9, 2)).toEqual(["- one two", "  three"]);
  expect(wrap("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrap("日本語日本語", 5)).toEqual(["日本", "語日", "本語"]);
  expect(wrap("a abcdefghij", 4)).toEqual(["a", "abcd", "efgh", "ij"]);
});

test("wrapSpans() never makes a row that is too wide", () => {
  const text = "a bb ccc 日本語 dddd eeeee ffffff ggggggg hhhhhhhh";
  for (let columns = 4; columns < 40; columns += 1) {
    const rows = wrap(text, columns, 2);
    expect(rows.filter((row) => measure(row) > columns)).toEqual([]);
    expect(rows.join("").replaceAll(" ", "")).toBe(text.replaceAll(" ", ""));
  }
});

const rowsOf = (line: string, columns = 40) =>
  renderMarkdownLine(line, NO_BLOCK, false, canvas(columns)).rows.map(bare);

test.each([
  ["## Title ##", ["Title"]],
  ["- item", ["• item"]],
  ["  * nested", ["  • nested"]],
  ["12. item", ["12. item"]],
  ["- [x] done", ["☑ done"]],
  ["- [ ] open", ["☐ open"]],
  ["> quoted", ["│ quoted"]],
  ["> > twice", ["│ │ twice"]],
  ["---", ["─".repeat(40)]],
  ["-5 is a number", ["-5 is a number"]],
  ["#hashtag", ["#hashtag"]],
  ["a\tb", ["a    b"]],
])("renderMarkdownLine(%j) draws %j", (line, rows) => {
  expect(rowsOf(line)).toEqual(rows);
});

test("renderMarkdownLine() lets the rows of an item and of a quote hang together", () => {
  expect(rowsOf("- one two three four", 12)).toEqual(["• one two", "  three four"]);
  expect(rowsOf("> one two three four", 12)).toEqual(["│ one two", "│ three four"]);
});

test("renderMarkdownLine() gives code as it is, with its fences", () => {
  let state = NO_BLOCK;
  const drawn: string[] = [];
  const lines = [
    "```sh",
    "echo **x**   # " + "long ".repeat(20),
    "\tindented",
    "~~~",
    "````",
    "after",
  ];
  for (const line of lines) {
    const rendered = renderMarkdownLine(line, state, false, canvas());
    ({ state } = rendered);
    drawn.push(...rendered.rows.map(bare));
  }
  expect(drawn).toEqual(lines);
  expect(state).toEqual(NO_BLOCK);
});

test("renderMarkdownLine() uses colour only where it may, and bold always", () => {
  const [coloured = ""] = renderMarkdownLine("`a` **b**", NO_BLOCK, false, canvas(40, true)).rows;
  const [plain = ""] = renderMarkdownLine("`a` **b**", NO_BLOCK, false, canvas(40, false)).rows;
  expect(coloured).toBe("\u001B[36ma\u001B[0m \u001B[1mb\u001B[0m");
  expect(plain).toBe("a \u001B[1mb\u001B[0m");
});

test("renderTable() aligns columns, and leaves alone what is no table or too wide", () => {
  const lines = ["| Name | N |", "|---|--:|", "| `a` | 1 |", "| 日本 | 10 |", "| x\\|y |"];
  expect(renderTable(lines, canvas())?.map(bare)).toEqual([
    "Name   N",
    "────  ──",
    "a      1",
    "日本  10",
    "x|y",
  ]);
  expect(renderTable(lines, canvas(7))).toBeNull();
  expect(renderTable(["| a |", "| b |"], canvas())).toBeNull();
  expect(renderTable(["| a |"], canvas())).toBeNull();
});

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
  const stream = createMarkdownStream(() => canvas());
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

test("createMarkdownStream() draws the same, however the text is cut", () => {
  const whole = drawWhole([MARKDOWN]);
  expect(drawWhole(MARKDOWN.split(""))).toEqual(whole);
  for (const size of [2, 3, 7, 20]) {
    const pieces = MARKDOWN.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    expect(drawWhole(pieces)).toEqual(whole);
  }
});

test("createMarkdownStream() shows what is not finished below what is", () => {
  const stream = createMarkdownStream(() => canvas());
  expect(stream.push("done\n\nin **pro")).toEqual(["done"]);
  expect(stream.open().map(bare)).toEqual(["", "in pro"]);
  expect(stream.push("gress**\n| a | b |\n").map(bare)).toEqual(["", "in progress"]);
  expect(stream.open().map(bare)).toEqual(["| a | b |"]);
  expect(stream.finish().map(bare)).toEqual(["| a | b |"]);
});

test("createMarkdownStream() lets no control sequence of the model's through", () => {
  const stream = createMarkdownStream(() => canvas());
  const rows = stream.push("\u001B]52;c;aGk=\u0007\u001B[2J\u009B31mred\n");
  expect(rows).toEqual(["]52;c;aGk=[2J31mred"]);
});

test("createMarkdownStream() does not draw a line again and again that has no end", () => {
  const stream = createMarkdownStream(() => canvas());
  const started = performance.now();
  let rows = 0;
  for (let count = 0; count < 500; count += 1) {
    rows += stream.push("word ".repeat(200)).length;
    expect(stream.open().length).toBeLessThan(250);
  }
  expect(rows).toBeGreaterThan(10_000);
  expect(performance.now() - started).toBeLessThan(5_000);
});
