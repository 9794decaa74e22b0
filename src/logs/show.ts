import type { OffsetAt } from "./offsets.ts";
import { renderTime, type LogLine } from "./line.ts";

const ESCAPE = String.fromCharCode(0x1b);
/** Colours and the like (ECMA-48, SGR): programs mean well by them, and a log is easier to read without. */
const COLOR = new RegExp(`${ESCAPE}\\[[0-9;:]*m`, "g");
/** Control characters but the tab, and what changes the direction of writing. */
const HARMFUL = /[^\P{Cc}\t]|[\u202a-\u202e\u2066-\u2069\u2028\u2029]/gu;

/** A control character so that it can be seen: `^[` for escape, else `<U+009B>`. */
function caret(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return `^${String.fromCharCode(code + 0x40)}`;
  return code === 0x7f ? "^?" : `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** A line that somebody else wrote, for a terminal: it can say anything and do nothing. */
export function makeHarmless(text: string): string {
  return text.replace(COLOR, "").replace(/\r$/, "").replaceAll(HARMFUL, caret);
}

/** How lines are shown. */
export interface LineView {
  /** Whether a terminal shows them: what would change it is made harmless. */
  readonly harmless: boolean;
  readonly offsetAt: OffsetAt;
  /** The name of a log in front of its lines, padded, and painted; empty where there is only one. */
  readonly prefix: (source: string) => string;
  readonly dim: (text: string) => string;
}

/** A line with its newline, or a part of one. */
export function showLine({ source, time, text, part }: LogLine, view: LineView): string {
  const { harmless, offsetAt, prefix, dim } = view;
  const stamp = time === null ? "" : `${dim(renderTime(time, offsetAt))}  `;
  const begin = part === "line" || part === "first" ? `${prefix(source)}${stamp}` : "";
  const end = part === "line" || part === "last" ? "\n" : "";
  return `${begin}${harmless ? makeHarmless(text) : text}${end}`;
}
