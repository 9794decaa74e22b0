import { cutToWidth, widthOf } from "./width.ts";

/** A character that stands for a blank at which a row must not end; Unicode reserves it for such uses. */
const JOINT = "\uFDD0";

const COMMAND = /`[^`]*`/g;

/** Breaks a word into parts that fit into a row. */
function breakWord(word: string, columns: number): string {
  const parts: string[] = [];
  let rest = word;
  while (widthOf(rest) > columns) {
    const part = cutToWidth(rest, columns) || rest;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, rest].join("\n");
}

/**
 * Breaks a text at blanks into rows of at most `columns`, and inside words that are wider. A command in backquotes
 * stays in one piece, to be copied, if a row has room for it. Each row begins and ends its own styles. An empty text
 * has no row.
 */
export function wrap(text: string, columns: number): readonly string[] {
  if (text === "") return [];
  if (widthOf(text) <= columns) return [text.trim()];
  const limit = Math.max(2, columns);
  const plain = Bun.stripANSI(text);
  const words = plain
    .replaceAll(COMMAND, (command) =>
      widthOf(command) > limit ? command : command.replaceAll(" ", JOINT),
    )
    .replaceAll(/\S+/g, (word) => breakWord(word, limit));
  const rows = Bun.wrapAnsi(words, limit).replaceAll(JOINT, " ").split("\n");
  return plain === text ? rows : restyle(text, plain, rows);
}

/** Cuts rows of `plain` out of a styled text: `Bun.wrapAnsi` (1.4.4) leaves nested styles open at a row's end. */
function restyle(text: string, plain: string, rows: readonly string[]): readonly string[] {
  let offset = 0;
  return rows.map((row) => {
    const start = Math.max(offset, plain.indexOf(row, offset));
    offset = start + row.length;
    const column = widthOf(plain.slice(0, start));
    return Bun.sliceAnsi(text, column, column + widthOf(row));
  });
}

/** Minimum width of the text column, beside its lead. */
const MINIMUM_TEXT_COLUMNS = 8;

/** Wraps a text behind `lead`, its further rows below its first one. Without `columns` it stays one row. */
export function hang(lead: string, text: string, columns: number | null): readonly string[] {
  if (columns === null) return [lead + text];
  const indent = widthOf(lead);
  if (columns - indent < MINIMUM_TEXT_COLUMNS) return wrap(lead + text, columns);
  const [first = "", ...rest] = wrap(text, columns - indent);
  return [lead + first, ...rest.map((row) => " ".repeat(indent) + row)];
}
