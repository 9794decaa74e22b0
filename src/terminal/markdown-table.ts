import type { Measure } from "./graphemes.ts";
import { parseInline } from "./markdown-inline.ts";
import type { Canvas } from "./markdown-line.ts";
import { renderSpans, type Span } from "./spans.ts";

const SEPARATOR = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/;

/** Whether a line may be one of a table's. */
export function isTableLine(line: string): boolean {
  return /^\s*\|.*\S/.test(line);
}

/** The rows of a table with its columns aligned; null where the lines are no table, or one that is too wide. */
export function renderTable(lines: readonly string[], canvas: Canvas): readonly string[] | null {
  const [head, separator, ...body] = lines;
  if (head === undefined || separator === undefined || !SEPARATOR.test(separator)) return null;
  const rows = [head, ...body].map((line) => splitRow(line));
  const [titles = []] = rows;
  const cells = rows.map((row, index) =>
    titles.map((_, column) => parseInline(row[column] ?? "", false, index === 0 ? BOLD : {})),
  );
  const widths = titles.map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? [], canvas.measure))),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, -2);
  if (total > canvas.columns) return null;
  const toRight = splitRow(separator).map((cell) => /^-+:$/.test(cell));
  const drawn = cells.map((row) => drawRow(row, widths, toRight, canvas));
  const line = widths.map((width) => "─".repeat(width)).join("  ");
  const rule = renderSpans([{ text: line, marks: { dim: true } }], canvas.theme);
  return [drawn[0] ?? "", rule, ...drawn.slice(1)];
}

const BOLD = { bold: true } as const;

/** The cells of a row; `\|` does not end one. */
function splitRow(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^\|/, "")
    .replace(/(?<!\\)\|$/, "");
  return inner.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
}

const widthOf = (spans: readonly Span[], measure: Measure) =>
  spans.reduce((sum, { text }) => sum + measure(text), 0);

function drawRow(
  row: readonly (readonly Span[])[],
  widths: readonly number[],
  toRight: readonly boolean[],
  { theme, measure }: Canvas,
): string {
  const cells = row.map((cell, column) => {
    const free = " ".repeat(Math.max(0, (widths[column] ?? 0) - widthOf(cell, measure)));
    const text = renderSpans(cell, theme);
    return toRight[column] === true ? free + text : text + free;
  });
  return cells.join("  ").trimEnd();
}
