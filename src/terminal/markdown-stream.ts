import { removeControls } from "../core/printable.ts";
import { NO_BLOCK, renderMarkdownLine, type Canvas } from "./markdown-line.ts";
import { isTableLine, renderTable } from "./markdown-table.ts";

/** Draws Markdown that arrives in pieces. */
export interface MarkdownStream {
  /** Takes a piece, and gives the rows that will not change any more. */
  readonly push: (piece: string) => readonly string[];
  /** The rows that may still change; they come after those that `push` gave. */
  readonly open: () => readonly string[];
  /** The rest, as it is at the end. */
  readonly finish: () => readonly string[];
}

/** Lines of a table that are kept back to align them; a longer one is drawn as it came. */
const TABLE_LIMIT = 200;

/** Characters of a line without an end that are drawn again with each piece; what is before them is done. */
const OPEN_LIMIT = 8000;

/**
 * Makes a stream. A blank line is drawn once, and only between two others. The canvas is asked for at each
 * use, since a terminal's width may change.
 */
export function createMarkdownStream(canvasNow: () => Canvas): MarkdownStream {
  let line = "";
  let state = NO_BLOCK;
  let table: string[] = [];
  let isEmpty = true;
  let blankDue = false;

  /** Blank lines wait for something that comes after them. */
  const spaced = (rows: readonly string[]): readonly string[] => {
    const all = blankDue && !isEmpty ? ["", ...rows] : rows;
    blankDue = false;
    isEmpty = false;
    return all;
  };
  const renderLine = (text: string): readonly string[] => {
    if (state.fence === null && text.trim() === "") {
      blankDue = true;
      return [];
    }
    const rendered = renderMarkdownLine(text, state, false, canvasNow());
    ({ state } = rendered);
    return spaced(rendered.rows);
  };
  const closeTable = (): readonly string[] => {
    const lines = table;
    table = [];
    if (lines.length === 0) return [];
    const drawn = renderTable(lines, canvasNow());
    return drawn === null ? lines.flatMap(renderLine) : spaced(drawn);
  };
  const endLine = (text: string): readonly string[] => {
    if (state.fence === null && isTableLine(text) && table.length < TABLE_LIMIT) {
      table.push(text);
      return [];
    }
    return [...closeTable(), ...renderLine(text)];
  };
  const takeLine = (): string => {
    const text = line;
    line = "";
    return text;
  };
  const openLine = (text: string): readonly string[] =>
    text === "" ? [] : renderMarkdownLine(text, state, true, canvasNow()).rows;

  return {
    push: (piece) => {
      const lines = (line + removeControls(piece)).split("\n");
      line = lines.pop() ?? "";
      const rows = lines.flatMap(endLine);
      return line.length > OPEN_LIMIT ? [...rows, ...endLine(takeLine())] : rows;
    },
    open: () => {
      const rows = [...table.flatMap(openLine), ...openLine(line)];
      return rows.length > 0 && blankDue && !isEmpty ? ["", ...rows] : rows;
    },
    finish: () => {
      const rest = takeLine();
      return [...(rest === "" ? [] : endLine(rest)), ...closeTable()];
    },
  };
}

/** The rows of a text that is there as a whole. */
export function renderMarkdown(text: string, canvas: Canvas): readonly string[] {
  const stream = createMarkdownStream(() => canvas);
  return [...stream.push(text), ...stream.finish()];
}
