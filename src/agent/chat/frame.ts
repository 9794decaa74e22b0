import type { Place } from "./editor-rows.ts";
import { widthOf } from "../../terminal/width.ts";

/** The rows at the bottom of the terminal, which are drawn again with every change. */
export interface Frame {
  /** Rows, each narrower than the terminal. */
  readonly rows: readonly string[];
  readonly cursor: Place;
}

export const NO_FRAME: Frame = { rows: [], cursor: { row: 0, column: 0 } };

// A terminal that knows mode 2026 shows everything between these two at once.
const BEGIN = "\u001B[?2026h\u001B[?25l";
const END = "\u001B[?25h\u001B[?2026l";

const ERASE_LINE_END = "\u001B[K";
/** Erases not from the first column on: tmux would keep an erased screen in its history. */
const ERASE_BELOW = `${ERASE_LINE_END}\u001B[C\u001B[J\r`;

const up = (rows: number) => (rows > 0 ? `\u001B[${rows}A` : "");
const down = (rows: number) => (rows > 0 ? `\u001B[${rows}B` : "");
const right = (columns: number) => (columns > 0 ? `\u001B[${columns}C` : "");

/**
 * Returns the text that makes a terminal show `after` instead of `before`: only the rows that changed. Lines of `above`
 * stay for good, over the frame; the terminal breaks one that is too long.
 */
export function drawFrame(before: Frame, after: Frame, above: readonly string[] = []): string {
  if (above.length > 0 || before.rows.length === 0 || after.rows.length === 0) {
    const lines = above.map((line) => `${line}\r\n`).join("");
    const last = Math.max(0, after.rows.length - 1);
    const rows = after.rows.join("\r\n");
    const place = `${up(last - after.cursor.row)}\r${right(after.cursor.column)}`;
    return `${BEGIN}${up(before.cursor.row)}\r${ERASE_BELOW}${lines}${rows}${place}${END}`;
  }
  const changes = drawChanges(before, after);
  return changes === "" ? "" : `${BEGIN}${changes}${END}`;
}

function drawChanges(before: Frame, after: Frame): string {
  let text = "";
  let at = before.cursor.row;
  const goTo = (row: number) => {
    text += row < at ? up(at - row) : down(row - at);
    at = row;
  };
  for (const [index, row] of after.rows.entries()) {
    if (row === before.rows[index]) continue;
    if (index < before.rows.length) {
      goTo(index);
      text += `\r${row}${ERASE_LINE_END}`;
    } else {
      // Only a line feed makes room below the last row.
      goTo(index - 1);
      text += `\r\n${row}`;
      at = index;
    }
  }
  if (before.rows.length > after.rows.length) {
    goTo(after.rows.length);
    text += `\r${ERASE_BELOW}`;
  }
  const { cursor } = after;
  const stays = cursor.row === before.cursor.row && cursor.column === before.cursor.column;
  if (text === "" && stays) return "";
  goTo(cursor.row);
  return `${text}\r${right(cursor.column)}`;
}

/**
 * Returns the place of the frame after the terminal has got another width and has broken the rows that became too long.
 * All of it has to be drawn again, from this row on.
 */
export function reflowFrame(frame: Frame, columns: number): Frame {
  const taken = (width: number) => Math.max(1, Math.ceil(width / Math.max(1, columns)));
  const above = frame.rows
    .slice(0, frame.cursor.row)
    .reduce((sum, row) => sum + taken(widthOf(row)), 0);
  const within = Math.floor(frame.cursor.column / Math.max(1, columns));
  return { rows: [], cursor: { row: above + within, column: 0 } };
}
