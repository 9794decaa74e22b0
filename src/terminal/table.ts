/** What a piece of text means; whoever prints it knows the colours, if there are any. */
export type Role = "good" | "warn" | "bad" | "dim" | "strong";
export type Paint = (role: Role, text: string) => string;

/** Without colours. */
export const plainPaint: Paint = (_role, text) => text;

/** Where a text is shown. */
export interface View {
  /** Columns of the terminal; null where it is none, and nothing is cut or wrapped. */
  readonly width: number | null;
  readonly paint: Paint;
}

export type Rows = readonly (readonly Cell[])[];

/** One cell: its text, and what it means. */
export interface Cell {
  readonly text: string;
  readonly role?: Role;
}

/** Takes the columns out in which nothing is. */
function withoutEmptyColumns(rows: Rows): Rows {
  const widths = columnWidths(rows);
  return rows.map((row) => row.filter((_, index) => widths[index] !== 0));
}

/**
 * Columns padded to their widest cell, two spaces apart, without empty ones; a row a line, without its newline.
 */
export function layOut(given: Rows, paint: Paint): readonly string[] {
  const rows = withoutEmptyColumns(given);
  const widths = columnWidths(rows);
  return rows.map((row) => {
    const last = row.findLastIndex(({ text }) => text !== "");
    return row
      .slice(0, last + 1)
      .map(({ text, role }, index) => {
        const padded = index === last ? text : text.padEnd(widths[index] ?? 0);
        return role === undefined ? padded : paint(role, text) + padded.slice(text.length);
      })
      .join("  ");
  });
}

function columnWidths(rows: Rows): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, { text }] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, text.length);
    }
  }
  return widths;
}

/** How wide rows are when they are laid out. */
export function layoutWidth(rows: Rows): number {
  const widths = columnWidths(withoutEmptyColumns(rows));
  return widths.reduce((sum, width) => sum + width, 0) + 2 * Math.max(0, widths.length - 1);
}

/** Plain columns, a line a row. */
export function renderTable(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map((text) => ({ text })));
  return layOut(cells, plainPaint)
    .map((line) => `${line}\n`)
    .join("");
}

/** A word, or a command in backquotes with what follows it: it stays on one line, to be copied. */
const WORDS = /`[^`]*`\S*|\S+/g;

/** Breaks a sentence into lines of at most `width` columns, at spaces where there are some. */
export function wrap(text: string, width: number): readonly string[] {
  const limit = Math.max(10, width);
  const lines: string[] = [];
  let line = "";
  const words = [...text.matchAll(WORDS)].flatMap(([word]) =>
    word.length > limit ? word.split(" ") : [word],
  );
  for (const word of words) {
    let rest = word;
    if (line !== "" && line.length + 1 + rest.length > limit) {
      lines.push(line);
      line = "";
    }
    while (rest.length > limit) {
      lines.push(rest.slice(0, limit));
      rest = rest.slice(limit);
    }
    line = line === "" ? rest : `${line} ${rest}`;
  }
  return line === "" ? lines : [...lines, line];
}

/** Shortens a text in its middle, so that both its ends can be told apart from others. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const kept = Math.max(2, width - 1);
  const head = Math.ceil(kept / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (kept - head))}`;
}
