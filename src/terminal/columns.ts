/** What help and tables of words are fitted into. */
export const TEXT_WIDTH = 80;

/** The longest left column; a longer cell gets a line of its own. */
const WIDEST_LEFT = 38;

/** Breaks a text between words into lines of at most `width`; a longer word stays whole. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Whether a cell is short enough to stand beside another one. */
export function fitsBeside(left: string): boolean {
  return left.length <= WIDEST_LEFT;
}

/** Two columns, indented by two; the right one is wrapped. `paint` gets the left cell, padded. */
export function renderColumns(
  rows: readonly (readonly [left: string, right: string])[],
  paint: (text: string) => string = (text) => text,
): string {
  const short = rows.flatMap(([left]) => (fitsBeside(left) ? [left.length] : []));
  const width = Math.max(0, ...short);
  const indent = " ".repeat(width + 4);
  return rows
    .flatMap(([left, right]) => {
      const [first = "", ...rest] = wrapWords(right, TEXT_WIDTH - indent.length);
      const more = rest.map((line) => `${indent}${line}`);
      if (left.length > width) return [`  ${paint(left)}`, `${indent}${first}`, ...more];
      return [`  ${paint(left.padEnd(width))}  ${first}`.trimEnd(), ...more];
    })
    .join("\n");
}
