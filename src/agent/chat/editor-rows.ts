import { widthOf } from "../../terminal/width.ts";
import { splitGraphemes } from "./graphemes.ts";

/** A place on the screen, counted from the first row that is drawn. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface EditorRows {
  readonly rows: readonly string[];
  readonly cursor: Place;
}

export interface EditorLayout {
  readonly text: string;
  readonly cursor: number;
  /** Text before the first row; further rows are indented by its width. */
  readonly prompt: string;
  /** Columns that a row may take. */
  readonly columns: number;
  /** Rows that may be shown: those around the cursor. */
  readonly maxRows: number;
}

const TAB = "    ";

/** Returns the part of a text, in whole lines, that holds every row that may be shown. */
function linesAround({ text, cursor, maxRows }: EditorLayout): readonly [number, number] {
  let start = cursor;
  let end = cursor;
  for (let line = 0; line <= maxRows && start > 0; line += 1) {
    start = Math.max(0, text.lastIndexOf("\n", start - 1));
  }
  for (let line = 0; line <= maxRows && end < text.length; line += 1) {
    const next = text.indexOf("\n", end + 1);
    end = next < 0 ? text.length : next;
  }
  return [start === 0 ? 0 : start + 1, end];
}

/**
 * Breaks a text between characters into the rows of a terminal, and finds the cursor. No row is wider than `columns`;
 * behind a full row the cursor is on the next one.
 */
export function layOutEditor(layout: EditorLayout): EditorRows {
  const { prompt, columns, maxRows } = layout;
  const [start, end] = linesAround(layout);
  const text = layout.text.slice(start, end);
  const indent = widthOf(prompt);
  const rows: string[] = [];
  let row = start === 0 ? prompt : " ".repeat(indent);
  let width = indent;
  let offset = start;
  let cursor: Place = { row: 0, column: indent };
  const breakRow = () => {
    rows.push(row);
    row = " ".repeat(indent);
    width = indent;
  };
  for (const character of splitGraphemes(text)) {
    const shown = character === "\t" ? TAB : character;
    const taken = character === "\n" ? 0 : widthOf(shown);
    if (width + taken > columns && width > indent) breakRow();
    if (offset === layout.cursor) cursor = { row: rows.length, column: width };
    offset += character.length;
    if (character === "\n") breakRow();
    else {
      row += shown;
      width += taken;
    }
  }
  if (offset === layout.cursor) {
    if (width >= columns && width > indent) breakRow();
    cursor = { row: rows.length, column: width };
  }
  rows.push(row);
  return around(rows, cursor, Math.max(1, maxRows));
}

/** Returns the rows that fit, with the cursor's among them. */
function around(rows: readonly string[], cursor: Place, maxRows: number): EditorRows {
  if (rows.length <= maxRows) return { rows, cursor };
  const first = Math.min(Math.max(0, cursor.row - maxRows + 1), rows.length - maxRows);
  return {
    rows: rows.slice(first, first + maxRows),
    cursor: { row: cursor.row - first, column: cursor.column },
  };
}
