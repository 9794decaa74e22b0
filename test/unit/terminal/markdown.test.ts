import { expect, test } from "bun:test";
import {
  renderMarkdownLine,
  renderMarkdownTable,
  type Canvas,
  type Fence,
} from "../../../src/terminal/markdown.ts";
import { COLORED, MONOCHROME, PLAIN, type TerminalStyle } from "../../../src/terminal/style.ts";
import { measureProcessorMs } from "../../support/processor-time.ts";

const canvas = (columns = 40, style = MONOCHROME): Canvas => ({ columns, style });

const bare = (row: string) => Bun.stripANSI(row);

const tag = (name: string) => (text: string) => `<${name}:${text}>`;

/** A style that can be read: `<bold:text>`. */
const TAGS: TerminalStyle = {
  ...PLAIN,
  bold: tag("bold"),
  italic: tag("italic"),
  strike: tag("strike"),
  underline: tag("underline"),
  cyan: tag("code"),
  dim: tag("dim"),
};

const tags = (line: string, isOpen = false) =>
  renderMarkdownLine(line, null, isOpen, canvas(10_000, TAGS)).rows.join("\n");

test.each([
  ["plain text", "plain text"],
  ["a **b** c", "a <bold:b> c"],
  ["a __b__ c", "a <bold:b> c"],
  ["a *b* _c_", "a <italic:b> <italic:c>"],
  ["***both***", "<italic:<bold:both>>"],
  ["**a *b* c**", "<bold:a <italic:b> c>"],
  ["~~gone~~", "<strike:gone>"],
  ["`code` and ``co`de``", "<code:code> and <code:co`de>"],
  ["`**not bold**`", "<code:**not bold**>"],
  ["**a `*` b**", "<bold:a <code:*> b>"],
  ["2 * 3 * 4", "2 * 3 * 4"],
  ["snake_case_name", "snake_case_name"],
  ["a*b", "a*b"],
  ["**日本語**です", "<bold:日本語>です"],
  ["a &lt; b &amp; &copy;", "a < b & ©"],
  ["[1]: https://a.test", "[1]: https://a.test"],
  ["<div>", "<div>"],
  ["**open", "**open"],
  ["`open", "`open"],
  ["\\*stars\\* \\\\", "*stars* \\"],
  ["[text](https://a.test/x)", "<underline:text><dim: (https://a.test/x)>"],
  ["[https://a.test](https://a.test)", "<underline:https://a.test>"],
  ["[x](https://a.test/b_(c))", "<underline:x><dim: (https://a.test/b_(c))>"],
  ["![alt](https://a.test/i.png)", "<underline:alt><dim: (https://a.test/i.png)>"],
  ["<https://a.test>", "<underline:https://a.test>"],
  ["[not a link] (x)", "[not a link] (x)"],
  ["array[0](1)", "array<underline:0><dim: (1)>"],
  ["<b>", "<b>"],
])("renderMarkdownLine(%j) is %j", (text, expected) => {
  expect(tags(text)).toBe(expected);
});

test.each([
  ["a **b", "a <bold:b>"],
  ["a `b", "a <code:b>"],
  ["a [text](https://a.te", "a <underline:text>"],
  ["a **b *c", "a <bold:b <italic:c>>"],
  ["a **", "a **"],
  ["snake_case", "snake_case"],
  ["2 * 3", "2 * 3"],
  ["a ~~b `c` _d", "a <strike:b <code:c> <italic:d>>"],
  ["**a** *b", "<bold:a> <italic:b>"],
  ["---", "---"],
  ["-", "-"],
])("renderMarkdownLine(%j) of a line that still grows is %j", (text, expected) => {
  expect(tags(text, true)).toBe(expected);
});

test("renderMarkdownLine() is fast on every text, however hostile", async () => {
  for (const text of [
    "*".repeat(300),
    "`".repeat(300),
    "[".repeat(300),
    "**a".repeat(200),
    "_*".repeat(200),
  ]) {
    const taken = await measureProcessorMs(() => tags(text));
    expect(tags(text).length).toBeGreaterThan(0);
    expect(taken).toBeLessThan(2000);
  }
});

test("renderMarkdownLine() removes control characters that are written as character references", () => {
  const rows = ["&#27;[2J &#x9b;m", "[a](https://&#27;x.test)", "`&#27;`"].flatMap(
    (line) => renderMarkdownLine(line, null, false, canvas(40, PLAIN)).rows,
  );
  expect(rows.join("")).not.toMatch(/\p{Cc}/u);
});

const rowsOf = (line: string, columns = 40) =>
  renderMarkdownLine(line, null, false, canvas(columns)).rows.map(bare);

test.each([
  ["## Title ##", ["Title"]],
  ["- item", ["• item"]],
  ["  * nested", ["  • nested"]],
  ["12. item", ["12. item"]],
  ["- [x] done", ["☑ done"]],
  ["- [ ] open", ["☐ open"]],
  ["> quoted", ["│ quoted"]],
  ["> > twice", ["│ │ twice"]],
  ["> - item", ["│ • item"]],
  ["- - nested", ["• • nested"]],
  ["-", ["• "]],
  ["---", ["─".repeat(40)]],
  ["-5 is a number", ["-5 is a number"]],
  ["#hashtag", ["#hashtag"]],
  ["a\tb", ["a    b"]],
])("renderMarkdownLine(%j) draws %j", (line, rows) => {
  expect(rowsOf(line)).toEqual(rows);
});

test("renderMarkdownLine() indents the further rows of an item and of a quote", () => {
  expect(rowsOf("- one two three four", 12)).toEqual(["• one two", "  three four"]);
  expect(rowsOf("> one two three four", 12)).toEqual(["│ one two", "│ three four"]);
});

test("renderMarkdownLine() draws code as it is, with its fences", () => {
  let fence: Fence = null;
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
    const rendered = renderMarkdownLine(line, fence, false, canvas());
    ({ fence } = rendered);
    drawn.push(...rendered.rows.map(bare));
  }
  expect(drawn).toEqual(lines);
  expect(fence).toBeNull();
});

test("renderMarkdownLine() uses colour only if the style has it, and bold always", () => {
  const [coloured = ""] = renderMarkdownLine("`a` **b**", null, false, canvas(40, COLORED)).rows;
  const [plain = ""] = renderMarkdownLine("`a` **b**", null, false, canvas(40, MONOCHROME)).rows;
  expect(coloured).toBe("\u001B[36ma\u001B[39m \u001B[1mb\u001B[22m");
  expect(plain).toBe("a \u001B[1mb\u001B[22m");
});

test("renderMarkdownTable() aligns columns, and refuses lines that are no table or too wide", () => {
  const lines = ["| Name | N |", "|---|--:|", "| `a` | 1 |", "| 日本 | 10 |", "| x\\|y |"];
  expect(renderMarkdownTable(lines, canvas())?.map(bare)).toEqual([
    "Name   N",
    "────  ──",
    "a      1",
    "日本  10",
    "x|y",
  ]);
  expect(renderMarkdownTable(lines, canvas(7))).toBeNull();
  expect(renderMarkdownTable(["| a |", "| b |"], canvas())).toBeNull();
  expect(renderMarkdownTable(["| a |"], canvas())).toBeNull();
});
