const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Splits a text into the characters that a reader sees. */
export function splitGraphemes(text: string): readonly string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

/** Returns the start of the character before `offset`; 0 at the start. */
export function previousBoundary(text: string, offset: number): number {
  if (offset <= 0) return 0;
  return GRAPHEMES.segment(text).containing(offset - 1)?.index ?? 0;
}

/** Returns the end of the character at `offset`; the length at the end. */
export function nextBoundary(text: string, offset: number): number {
  const found = GRAPHEMES.segment(text).containing(offset);
  return found === undefined ? text.length : found.index + found.segment.length;
}

const WORD = /[\p{L}\p{M}\p{N}_]/u;

/** Returns the start of the word before `offset`, as Alt-b goes: past what is no word, then past the word. */
export function previousWord(text: string, offset: number): number {
  return skip(text, skip(text, offset, previousBoundary, isNoWord), previousBoundary, isWord);
}

/** Returns the end of the word after `offset`, as Alt-f goes. */
export function nextWord(text: string, offset: number): number {
  return skip(text, skip(text, offset, nextBoundary, isNoWord), nextBoundary, isWord);
}

/** Returns the start of the text between blanks before `offset`, as Ctrl-W deletes. */
export function previousBlank(text: string, offset: number): number {
  return skip(text, skip(text, offset, previousBoundary, isBlank), previousBoundary, isNoBlank);
}

type Test = (character: string) => boolean;

const isWord: Test = (character) => WORD.test(character);
const isNoWord: Test = (character) => !WORD.test(character);
const isBlank: Test = (character) => /\s/u.test(character);
const isNoBlank: Test = (character) => !isBlank(character);

/** Goes from `offset` to the next boundary, again and again, for as long as the characters pass the test. */
function skip(text: string, offset: number, next: typeof nextBoundary, passes: Test): number {
  let at = offset;
  for (;;) {
    const to = next(text, at);
    if (to === at || !passes(text.slice(Math.min(at, to), Math.max(at, to)))) return at;
    at = to;
  }
}
