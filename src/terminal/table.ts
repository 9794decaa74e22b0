import type { Paint, Role } from "./style.ts";
import { shortenMiddle, widthOf } from "./width.ts";
import { hang } from "./wrap.ts";

export type Rows = readonly (readonly Cell[])[];

/** One cell: its text, which may have styles, its meaning, and the side on which it stands (`left` by default). */
export interface Cell {
  readonly text: string;
  readonly role?: Role;
  readonly align?: "left" | "right";
}

/** Returns the width of the widest cell of each column. */
export function columnWidths(rows: Rows): readonly number[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, { text }] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(text));
    }
  }
  return widths;
}

function withoutEmptyColumns(rows: Rows): Rows {
  const widths = columnWidths(rows);
  return rows.map((row) => row.filter((_, index) => widths[index] !== 0));
}

/** Pads columns to their widest cell, two spaces apart, without empty ones; returns a line for each row. */
export function layOut(given: Rows, paint: Paint): readonly string[] {
  const rows = withoutEmptyColumns(given);
  const widths = columnWidths(rows);
  return rows.map((row) => {
    const last = row.findLastIndex(({ text }) => text !== "");
    return row
      .slice(0, last + 1)
      .map(({ text, role, align }, index) => {
        const padding = " ".repeat((widths[index] ?? 0) - widthOf(text));
        const painted = role === undefined ? text : paint(role, text);
        if (align === "right") return padding + painted;
        return index === last ? painted : painted + padding;
      })
      .join("  ");
  });
}

/** Returns the width of rows that are laid out. */
export function layoutWidth(rows: Rows): number {
  const widths = columnWidths(withoutEmptyColumns(rows));
  return widths.reduce((sum, width) => sum + width, 0) + 2 * Math.max(0, widths.length - 1);
}

/** Names are not cut below this. */
const SHORTEST = 12;

/** Cuts the texts of some columns in their middle as far as `width` asks for it, but not below `shortest`. */
export function shortenColumns(
  rows: Rows,
  columns: readonly number[],
  width: number,
  shortest: number = SHORTEST,
): Rows {
  const widths = columnWidths(rows);
  let room = Math.max(0, ...columns.map((column) => widths[column] ?? 0));
  let fitted = rows;
  while (layoutWidth(fitted) > width && room > shortest) {
    room -= 1;
    const most = room;
    fitted = rows.map((row) =>
      row.map((cell, index) =>
        columns.includes(index) ? { ...cell, text: shortenMiddle(cell.text, most) } : cell,
      ),
    );
  }
  return fitted;
}

/** Columns of help texts. */
export const TEXT_WIDTH = 80;

/** The longest left column of help; a longer cell gets a line of its own. */
const WIDEST_LEFT = 38;

/** Returns true if a cell is short enough to stand beside another one. */
export function fitsBeside(left: string): boolean {
  return widthOf(left) <= WIDEST_LEFT;
}

/** Renders two columns, indented by two; the right one is wrapped. `paint` gets the left cell, padded. */
export function renderColumns(
  rows: readonly (readonly [left: string, right: string])[],
  paint: (text: string) => string = (text) => text,
): string {
  const width = Math.max(
    0,
    ...rows.filter(([left]) => fitsBeside(left)).map(([left]) => widthOf(left)),
  );
  const indent = " ".repeat(width + 4);
  return rows
    .flatMap(([left, right]) =>
      fitsBeside(left)
        ? hang(`  ${paint(left.padEnd(width))}  `, right, TEXT_WIDTH)
        : [`  ${paint(left)}`, ...hang(indent, right, TEXT_WIDTH)],
    )
    .map((line) => line.trimEnd())
    .join("\n");
}
