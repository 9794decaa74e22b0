/** A text that a stranger wrote as one line that any terminal can show: no control characters, not too long. */
export function toPrintable(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 3)}...` : line;
}

const ESCAPE = String.fromCharCode(0x1b);
/** Colours and the like (ECMA-48, SGR), which change no more than the looks of a text. */
const COLOR = `${ESCAPE}\\[[0-9;:]*m`;
/** Control characters but the tab and the newline, and what changes the direction of writing. */
const HARMFUL = "[^\\P{Cc}\\t\\n]|[\\u202a-\\u202e\\u2066-\\u2069\\u2028\\u2029]";
const COLOR_OR_HARMFUL = new RegExp(`(${COLOR})|${HARMFUL}`, "gu");
const ANY_COLOR = new RegExp(COLOR, "g");

/** A control character so that it can be seen: `^[` for escape, else `<U+009B>`. */
function caret(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return code === 0x7f ? "^?" : `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** A text of any number of lines that no terminal obeys, but for its colours. */
export function makeHarmless(text: string): string {
  return text.replace(
    COLOR_OR_HARMFUL,
    (found, color: string | undefined) => color ?? caret(found),
  );
}

/** A line that somebody else wrote: it can say anything and do nothing, and has no colours. */
export function makeLineHarmless(line: string): string {
  return makeHarmless(line.replace(ANY_COLOR, "").replace(/\r$/, ""));
}

/** Returns a text without control characters except newline and tab. */
export function removeControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

/** Bytes as a person may read them: printable ASCII as it is, everything else, and `%`, as `%NN`. */
export function escapeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCodePoint(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

/**
 * The name of a file in a message: on one line, whatever it contains, so that a file cannot add a line of its own. Bytes
 * are a name that is not UTF-8.
 */
export function describeFileName(name: string | Uint8Array): string {
  if (typeof name !== "string") return escapeBytes(name);
  return /\p{Cc}/u.test(name) ? JSON.stringify(name).slice(1, -1) : name;
}
