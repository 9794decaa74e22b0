import { splitGraphemes, type Measure } from "./graphemes.ts";
import type { Span } from "./spans.ts";

export interface Wrapping {
  readonly columns: number;
  /** Columns that every row but the first one leaves free on its left. */
  readonly indent: number;
}

/** A word with the blanks before it, in pieces where its look changes within. */
interface Word {
  readonly blanks: readonly Span[];
  readonly letters: readonly Span[];
}

/** Breaks a line at its blanks into rows that fit; a word that is too long for a row is broken itself. */
export function wrapSpans(
  spans: readonly Span[],
  { columns, indent }: Wrapping,
  measure: Measure,
): readonly (readonly Span[])[] {
  const rows: Span[][] = [];
  const limit = Math.max(indent + 2, columns);
  let row: Span[] = [];
  let width = 0;
  const breakRow = () => {
    rows.push(row);
    row = indent > 0 ? [{ text: " ".repeat(indent), marks: {} }] : [];
    width = indent;
  };
  const put = (span: Span) => {
    row.push(span);
    width += measure(span.text);
  };
  for (const { blanks, letters } of splitWords(spans)) {
    const blank = widthOf(blanks, measure);
    const taken = widthOf(letters, measure);
    const isFirst = width === (rows.length === 0 ? 0 : indent);
    if (!isFirst && width + blank + taken > limit) breakRow();
    else for (const span of blanks) put(span);
    if (width + taken <= limit) {
      for (const span of letters) put(span);
      continue;
    }
    for (const { text, marks } of letters) {
      for (const character of splitGraphemes(text)) {
        if (width + measure(character) > limit) breakRow();
        put({ text: character, marks });
      }
    }
  }
  rows.push(row);
  return rows.map(joinSpans);
}

const widthOf = (spans: readonly Span[], measure: Measure) =>
  spans.reduce((sum, { text }) => sum + measure(text), 0);

function splitWords(spans: readonly Span[]): readonly Word[] {
  const words: { blanks: Span[]; letters: Span[] }[] = [];
  let word: { blanks: Span[]; letters: Span[] } = { blanks: [], letters: [] };
  for (const { text, marks } of spans) {
    for (const piece of text.match(/ +|[^ ]+/g) ?? []) {
      if (piece.startsWith(" ")) {
        if (word.letters.length > 0) {
          words.push(word);
          word = { blanks: [], letters: [] };
        }
        word.blanks.push({ text: piece, marks });
      } else word.letters.push({ text: piece, marks });
    }
  }
  if (word.letters.length > 0 || word.blanks.length > 0) words.push(word);
  return words;
}

/** Neighbours of the same look become one, so that less is sent. */
function joinSpans(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.marks === span.marks) {
      joined[joined.length - 1] = { text: last.text + span.text, marks: span.marks };
    } else joined.push(span);
  }
  return joined;
}
