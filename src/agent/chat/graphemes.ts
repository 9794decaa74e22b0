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

/**
 * Returns the start of the word before `offset`, as Alt-b goes: past the characters that are no word, then past the
 * word.
 */
export function previousWord(text: string, offset: number): number {
  return skipBack(text, skipBack(text, offset, isNoWord), isWord);
}

/** Returns the end of the word after `offset`, as Alt-f goes. */
export function nextWord(text: string, offset: number): number {
  return skipForward(text, skipForward(text, offset, isNoWord), isWord);
}

/** Returns the start of the text between blanks before `offset`, as Ctrl-W deletes. */
export function previousBlank(text: string, offset: number): number {
  return skipBack(text, skipBack(text, offset, isBlank), (character) => !isBlank(character));
}

type Test = (character: string) => boolean;

const isWord: Test = (character) => WORD.test(character);
const isNoWord: Test = (character) => !WORD.test(character);
const isBlank: Test = (character) => /\s/u.test(character);

function skipBack(text: string, offset: number, skips: Test): number {
  let at = offset;
  while (at > 0) {
    const before = previousBoundary(text, at);
    if (!skips(text.slice(before, at))) break;
    at = before;
  }
  return at;
}

function skipForward(text: string, offset: number, skips: Test): number {
  let at = offset;
  while (at < text.length) {
    const after = nextBoundary(text, at);
    if (!skips(text.slice(at, after))) break;
    at = after;
  }
  return at;
}
