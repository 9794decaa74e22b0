import type { TerminalStyle } from "./terminal-style.ts";
import { parseInline } from "./markdown-inline.ts";
import { renderSpans, type Marks, type Span } from "./spans.ts";
import { wrapSpans } from "./wrap-spans.ts";

/** Where Markdown is drawn. */
export interface Canvas extends TerminalStyle {
  readonly columns: number;
}

/** What the lines before have to say about the next one: the fence that is open. */
export interface BlockState {
  readonly fence: string | null;
}

export const NO_BLOCK: BlockState = { fence: null };

export interface RenderedLine {
  readonly state: BlockState;
  readonly rows: readonly string[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([^`]*)$/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)(?:\s+#+)?\s*$/;
const RULE = /^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])(?:\s+(\[[ xX]\])(?=\s))?(?:\s+(.*))?$/;
const QUOTE = /^ {0,3}((?:>\s?)+)(.*)$/;

const TAB = "    ";

const DIM: Marks = { dim: true };

/**
 * Draws one line of Markdown. Code is given as it is, with its fences, so that it can be copied; everything
 * else is broken at blanks. `isOpen`: the line still grows.
 */
export function renderMarkdownLine(
  line: string,
  state: BlockState,
  isOpen: boolean,
  canvas: Canvas,
): RenderedLine {
  const fence = FENCE.exec(line)?.[1] ?? null;
  if (state.fence !== null) {
    const closes = fence !== null && fence.startsWith(state.fence) && line.trim() === fence;
    const code = [span(line, closes ? DIM : { code: true })];
    if (isOpen) return { state, rows: wrap(code, 0, canvas) };
    return { state: closes ? NO_BLOCK : state, rows: [draw(code, canvas)] };
  }
  if (fence !== null) return { state: { fence }, rows: [draw([span(line, DIM)], canvas)] };
  return { state, rows: renderText(line, isOpen, canvas) };
}

const span = (text: string, marks: Marks): Span => ({ text, marks });

const draw = (spans: readonly Span[], { theme }: Canvas) => renderSpans(spans, theme);

function renderText(line: string, isOpen: boolean, canvas: Canvas): readonly string[] {
  const heading = HEADING.exec(line);
  if (heading !== null) {
    return wrap(parseInline(heading[1] ?? "", isOpen, { heading: true }), 0, canvas);
  }
  if (RULE.test(line) && !isOpen) {
    return [draw([span("─".repeat(Math.min(40, canvas.columns)), DIM)], canvas)];
  }
  const quote = QUOTE.exec(line);
  if (quote !== null) return renderQuote(quote[1] ?? "", quote[2] ?? "", isOpen, canvas);
  const item = ITEM.exec(line);
  if (item !== null && !(isOpen && item[4] === undefined)) return renderItem(item, isOpen, canvas);
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  return wrap(parseInline(line, isOpen), Math.min(indent, 8), canvas);
}

function renderItem(item: RegExpExecArray, isOpen: boolean, canvas: Canvas): readonly string[] {
  const [, blanks = "", bullet = "", box, text = ""] = item;
  const mark = box === undefined ? "•" : box === "[ ]" ? "☐" : "☑";
  const lead = `${blanks.replaceAll("\t", TAB)}${/\d/.test(bullet) ? bullet : mark} `;
  const indent = Math.min(canvas.measure(lead), Math.floor(canvas.columns / 2));
  return wrap([span(lead, {}), ...parseInline(text, isOpen)], indent, canvas);
}

/** Each row with the bar, so that a long quote is seen as one. */
function renderQuote(
  bars: string,
  text: string,
  isOpen: boolean,
  canvas: Canvas,
): readonly string[] {
  const bar = "│ ".repeat(bars.replaceAll(/\s/g, "").length);
  const columns = Math.max(8, canvas.columns - canvas.measure(bar));
  const rows = wrapSpans(
    parseInline(text, isOpen, { italic: true }),
    { columns, indent: 0 },
    canvas.measure,
  );
  return rows.map((row) => draw([span(bar, DIM), ...row], canvas));
}

function wrap(line: readonly Span[], indent: number, canvas: Canvas): readonly string[] {
  const spans = line.map(({ text, marks }) => span(text.replaceAll("\t", TAB), marks));
  const rows = wrapSpans(spans, { columns: canvas.columns, indent }, canvas.measure);
  return rows.map((row) => draw(row, canvas));
}
