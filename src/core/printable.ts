/** Returns a text of unknown origin as one line: without control characters, and not longer than `maxLength`. */
export function toPrintable(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 3)}...` : line;
}

const ESCAPE = String.fromCharCode(0x1b);
/** Colours and attributes (ECMA-48, SGR), which change nothing but the appearance of a text. */
const COLOR = `${ESCAPE}\\[[0-9;:]*m`;
/** Control characters except tab and newline, and characters that change the direction of writing. */
const HARMFUL = "[^\\P{Cc}\\t\\n]|[\\u202a-\\u202e\\u2066-\\u2069\\u2028\\u2029]";
const COLOR_OR_HARMFUL = new RegExp(`(${COLOR})|${HARMFUL}`, "gu");
const ANY_COLOR = new RegExp(COLOR, "g");

/** Shows a control character: `^[` for escape, `<U+009B>` for one above ASCII. */
function caret(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return code === 0x7f ? "^?" : `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** Returns a text in which a terminal obeys nothing but colours. */
export function makeHarmless(text: string): string {
  return text.replace(
    COLOR_OR_HARMFUL,
    (found, color: string | undefined) => color ?? caret(found),
  );
}

/** Returns a line of unknown origin without colours and without anything else that a terminal obeys. */
export function makeLineHarmless(line: string): string {
  return makeHarmless(line.replace(ANY_COLOR, "").replace(/\r$/, ""));
}

/** Returns a text without control characters except newline and tab. */
export function removeControls(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}

/** The character that stands for bytes that are not UTF-8 (Unicode, U+FFFD). */
export const REPLACEMENT = "\uFFFD";

/** Shows bytes: printable ASCII as it is, everything else, and `%`, as `%NN`. */
export function escapeBytes(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCodePoint(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  ).join("");
}

/** Returns a file's name for a message, on one line. Bytes are a name that is not UTF-8. */
export function describeFileName(name: string | Uint8Array): string {
  if (typeof name !== "string") return escapeBytes(name);
  return /\p{Cc}/u.test(name) ? JSON.stringify(name).slice(1, -1) : name;
}
