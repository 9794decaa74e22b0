import { removeControls } from "../core/printable.ts";
import type { TerminalStyle } from "./style.ts";
import { columnWidths, layOut, layoutWidth, type Cell } from "./table.ts";
import { hang } from "./wrap.ts";

/** A place where Markdown is drawn. */
export interface Canvas {
  readonly columns: number;
  readonly style: TerminalStyle;
}

/** The fence of the code block that the lines before have opened; null outside of code. */
export type Fence = string | null;

export interface RenderedLine {
  readonly fence: Fence;
  readonly rows: readonly string[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;

const TAB = "    ";

/** Blanks at the beginning of a line that are kept. */
const WIDEST_INDENT = 8;

/** Characters of the longest line whose marks are parsed; longer ones were not written by hand. */
const LONGEST_LINE = 4000;

/** Every line is parsed by itself, with its indentation taken off. */
const OPTIONS: Bun.markdown.Options = { noHtmlBlocks: true };

/**
 * Draws one line of Markdown. Code is given as it is, with its fences, so that it can be copied; everything else is
 * wrapped. `isOpen`: the line still grows.
 */
export function renderMarkdownLine(
  line: string,
  open: Fence,
  isOpen: boolean,
  canvas: Canvas,
): RenderedLine {
  const { columns, style } = canvas;
  const fence = FENCE.exec(line)?.[1] ?? null;
  if (open === null) {
    return fence === null
      ? { fence, rows: renderText(line, isOpen, canvas) }
      : { fence, rows: [style.dim(line)] };
  }
  if (fence !== null && fence.startsWith(open) && line.trim() === fence) {
    return { fence: isOpen ? open : null, rows: [style.dim(line)] };
  }
  const [indent, text] = splitIndent(line);
  return {
    fence: open,
    rows: isOpen ? hang(indent, style.cyan(text), columns) : [style.cyan(line)],
  };
}

function splitIndent(line: string): readonly [indent: string, text: string] {
  const text = line.trimStart();
  const indent = line.slice(0, line.length - text.length).replaceAll("\t", TAB);
  return [indent.slice(0, WIDEST_INDENT), text.replaceAll("\t", TAB)];
}

/** Callbacks for what stands within a line. A character reference may have made a control character. */
function inlineCallbacks({ style }: Canvas) {
  // The address can be read and copied if it is another than the text.
  const renderLink = (text: string, href: string) => {
    const address = removeControls(href);
    const isShown =
      address !== "" && ![address, address.replace(/^mailto:/, "")].includes(Bun.stripANSI(text));
    return style.underline(text) + (isShown ? style.dim(` (${address})`) : "");
  };
  return {
    text: removeControls,
    strong: style.bold,
    emphasis: style.italic,
    strikethrough: style.strike,
    codespan: style.cyan,
    link: (text, { href }) => renderLink(text, href),
    image: (text, { src }) => renderLink(text, src),
  } satisfies Bun.markdown.RenderCallbacks;
}

function renderText(line: string, isOpen: boolean, canvas: Canvas): readonly string[] {
  const { columns, style } = canvas;
  const [indent, text] = splitIndent(line);
  if (text.length > LONGEST_LINE) return hang(indent, text, columns);
  let [bars, lead] = ["", ""];
  const rendered = Bun.markdown.render(
    isOpen ? closeMarks(text) : text,
    {
      ...inlineCallbacks(canvas),
      heading: (children) => style.bold(style.magenta(children)),
      hr: () => (isOpen ? text : style.dim("─".repeat(Math.min(40, columns)))),
      blockquote: (children) => {
        bars += "│ ";
        return children;
      },
      listItem: (children, { ordered, start, checked }) => {
        const bullet = checked === undefined ? "•" : checked ? "☑" : "☐";
        lead = `${ordered ? `${start}.` : bullet} ${lead}`;
        return children;
      },
    },
    OPTIONS,
  );
  // A definition of a link has no text, and an item that has only begun may become something else.
  const isShown = rendered !== "" || (!isOpen && lead + bars !== "");
  if (!isShown) return hang(indent, text, columns);
  const rows = hang(indent + lead, rendered, columns - bars.length);
  return bars === "" ? rows : rows.map((row) => style.dim(bars) + row);
}

/** Closes the marks of a line that still grows, so that its text keeps its place when the closing marks arrive. */
function closeMarks(line: string): string {
  const text = line.replace(/\]\([^\s)]*$/, "]()").trimEnd();
  const ticks = text.match(/`+/g) ?? [];
  if (ticks.length % 2 === 1) return text + (ticks.at(-1) ?? "");
  const open: string[] = [];
  const marks = text
    .replaceAll(/`+[^`]*`+|\\./g, "x")
    .matchAll(/(?<!\w)_{1,2}|_{1,2}(?!\w)|\*{1,3}|~~/g);
  for (const { 0: mark, index, input } of marks) {
    if (open.at(-1) === mark && /\S/.test(input[index - 1] ?? "")) open.pop();
    else if (/\S/.test(input[index + mark.length] ?? "")) open.push(mark);
  }
  return text + open.toReversed().join("");
}

/** Renders a table with its columns aligned; returns null if the lines are no table, or one that is too wide. */
export function renderMarkdownTable(
  lines: readonly string[],
  canvas: Canvas,
): readonly string[] | null {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  const take = (text: string, align: string | undefined) => {
    row.push({ text, align: align === "right" ? "right" : "left" });
    return "";
  };
  Bun.markdown.render(
    lines.join("\n"),
    {
      ...inlineCallbacks(canvas),
      th: (text, meta) => take(canvas.style.bold(text), meta?.align),
      td: (text, meta) => take(text, meta?.align),
      tr: () => {
        rows.push(row);
        row = [];
        return "";
      },
    },
    OPTIONS,
  );
  // The separator is no row.
  if (rows.length === 0 || rows.length < lines.length - 1 || layoutWidth(rows) > canvas.columns)
    return null;
  const rule = columnWidths(rows).map((width): Cell => ({ text: "─".repeat(width), role: "dim" }));
  const [head = [], ...body] = rows;
  return layOut([head, rule, ...body], (_role, text) => canvas.style.dim(text));
}
