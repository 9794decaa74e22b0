import { removeControls } from "../core/printable.ts";
import { renderMarkdownLine, renderMarkdownTable, type Canvas, type Fence } from "./markdown.ts";

/** Markdown that arrives in pieces. */
export interface MarkdownStream {
  /** Takes a piece, and returns the rows that will not change any more. */
  readonly push: (piece: string) => readonly string[];
  /** Returns the rows that may still change; they come after those of `push`. */
  readonly open: () => readonly string[];
  /** Ends the text and returns its last rows. */
  readonly finish: () => readonly string[];
}

/** Lines of a table that are kept back to align them; a longer table is drawn as it came. */
const TABLE_LIMIT = 200;

const TABLE_LINE = /^\s*\|.*\S/;

/** Characters of a line without an end that are drawn again with each piece; those before them are done. */
const OPEN_LIMIT = 8000;

/** Makes a stream. Blank lines become one, and none at both ends. Each use asks for the canvas: it may get wider. */
export function createMarkdownStream(canvasNow: () => Canvas): MarkdownStream {
  let line = "";
  let fence: Fence = null;
  let table: string[] = [];
  let isEmpty = true;
  let blankDue = false;

  /** Adds a blank line in front of rows if one is due. */
  const spaced = (rows: readonly string[]): readonly string[] => {
    const all = blankDue && !isEmpty ? ["", ...rows] : rows;
    blankDue = false;
    isEmpty = false;
    return all;
  };
  const renderLine = (text: string): readonly string[] => {
    if (fence === null && text.trim() === "") {
      blankDue = true;
      return [];
    }
    const rendered = renderMarkdownLine(text, fence, false, canvasNow());
    ({ fence } = rendered);
    return spaced(rendered.rows);
  };
  const closeTable = (): readonly string[] => {
    const lines = table;
    table = [];
    if (lines.length === 0) return [];
    const drawn = renderMarkdownTable(lines, canvasNow());
    return drawn === null ? lines.flatMap(renderLine) : spaced(drawn);
  };
  const endLine = (text: string): readonly string[] => {
    if (fence === null && TABLE_LINE.test(text) && table.length < TABLE_LIMIT) {
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
    text === "" ? [] : renderMarkdownLine(text, fence, true, canvasNow()).rows;

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

/** Renders a complete text. */
export function renderMarkdown(text: string, canvas: Canvas): readonly string[] {
  const stream = createMarkdownStream(() => canvas);
  return [...stream.push(text), ...stream.finish()];
}
