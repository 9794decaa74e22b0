import { PLAIN, type Marks, type Span } from "./spans.ts";

/** Pairs of marks around a text, the longer ones first. */
const PAIRS: readonly (readonly [string, Marks])[] = [
  ["***", { bold: true, italic: true }],
  ["**", { bold: true }],
  ["__", { bold: true }],
  ["~~", { strike: true }],
  ["*", { italic: true }],
  ["_", { italic: true }],
];

// An address may have one pair of brackets in it, as those of encyclopedias do.
const LINK = /^\[([^\]]*)\]\(\s*<?((?:[^\s()<>]|\([^\s()<>]*\))*)>?(?:\s+"[^"]*")?\s*\)/;
const OPEN_LINK = /^\[([^\]]*)\]\([^\s)]*$/;
const BARE_LINK = /^<(https?:\/\/[^\s<>]+|mailto:[^\s<>]+)>/;
const ESCAPED = /^\\([!-/:-@[-`{-~])/;
const LETTER = /[\p{L}\p{N}]/u;

/** Characters of a line beyond which nobody wrote it by hand, and marks are not worth their time. */
const LONGEST_LINE = 4000;

/**
 * The spans of a line of Markdown. What is not closed yet in a line that still grows (`isOpen`) counts
 * as closed at its end, so that the text keeps its place when the closing mark arrives.
 */
export function parseInline(text: string, isOpen: boolean, marks: Marks = PLAIN): readonly Span[] {
  if (text.length > LONGEST_LINE) return [{ text, marks }];
  const spans: Span[] = [];
  let plain = "";
  let index = 0;
  const push = (...added: readonly Span[]) => {
    if (plain !== "") spans.push({ text: plain, marks });
    plain = "";
    spans.push(...added);
  };
  while (index < text.length) {
    const rest = text.slice(index);
    const found = parseOne(rest, text[index - 1] ?? "", isOpen, marks);
    if (found === null) {
      plain += text[index] ?? "";
      index += 1;
    } else {
      push(...found.spans);
      index += found.length;
    }
  }
  push();
  return spans;
}

interface Found {
  readonly length: number;
  readonly spans: readonly Span[];
}

function parseOne(rest: string, before: string, isOpen: boolean, marks: Marks): Found | null {
  switch (rest.charAt(0)) {
    case "\\":
      return parseEscape(rest, marks);
    case "`":
      return parseCode(rest, isOpen, marks);
    case "[":
      return parseLink(rest, isOpen, marks);
    case "!":
      return rest[1] === "[" ? skip(1, parseLink(rest.slice(1), isOpen, marks)) : null;
    case "<":
      return parseBareLink(rest, marks);
    case "*":
    case "_":
    case "~":
      return parsePair(rest, before, isOpen, marks);
    default:
      return null;
  }
}

const skip = (count: number, found: Found | null): Found | null =>
  found === null ? null : { ...found, length: found.length + count };

function parseEscape(rest: string, marks: Marks): Found | null {
  const match = ESCAPED.exec(rest);
  return match === null ? null : { length: 2, spans: [{ text: match[1] ?? "", marks }] };
}

function parseCode(rest: string, isOpen: boolean, marks: Marks): Found | null {
  const fence = /^`+/.exec(rest)?.[0] ?? "`";
  const closing = findFence(rest, fence);
  if (closing < 0 && !isOpen) return { length: fence.length, spans: [{ text: fence, marks }] };
  const end = closing < 0 ? rest.length : closing;
  const inner = rest.slice(fence.length, end);
  // One blank on each side belongs to the marks, where there is something else between.
  const text = /^ .*[^ ].* $/.test(inner) ? inner.slice(1, -1) : inner;
  const length = closing < 0 ? rest.length : closing + fence.length;
  return { length, spans: [{ text, marks: { ...marks, code: true } }] };
}

/** Where exactly as many backticks follow. */
function findFence(rest: string, fence: string): number {
  for (const match of rest.slice(fence.length).matchAll(/`+/g)) {
    if (match[0] === fence) return match.index + fence.length;
  }
  return -1;
}

function parseLink(rest: string, isOpen: boolean, marks: Marks): Found | null {
  const match = LINK.exec(rest);
  if (match === null) {
    const open = isOpen ? OPEN_LINK.exec(rest) : null;
    if (open === null) return null;
    return { length: rest.length, spans: linkSpans(open[1] ?? "", "", marks) };
  }
  return { length: match[0].length, spans: linkSpans(match[1] ?? "", match[2] ?? "", marks) };
}

/** The text, and the address behind it where it is another: it can be read and copied. */
function linkSpans(text: string, address: string, marks: Marks): readonly Span[] {
  const shown = parseInline(text, false, { ...marks, underline: true });
  if (address === "" || address === text || address === `mailto:${text}`) return shown;
  return [...shown, { text: ` (${address})`, marks: { ...marks, dim: true } }];
}

function parseBareLink(rest: string, marks: Marks): Found | null {
  const match = BARE_LINK.exec(rest);
  if (match === null) return null;
  const spans = [{ text: match[1] ?? "", marks: { ...marks, underline: true } as const }];
  return { length: match[0].length, spans };
}

function parsePair(rest: string, before: string, isOpen: boolean, marks: Marks): Found | null {
  for (const [pair, added] of PAIRS) {
    if (!rest.startsWith(pair)) continue;
    const inner = rest.slice(pair.length);
    // `2 * 3`, `snake_case` and `** ` are no marks.
    if (/^\s|^$/.test(inner) || (pair.startsWith("_") && LETTER.test(before))) return null;
    const end = findClosing(inner, pair);
    if (end < 0 && !isOpen) continue;
    const text = end < 0 ? inner : inner.slice(0, end);
    const length = pair.length + text.length + (end < 0 ? 0 : pair.length);
    return { length, spans: parseInline(text, end < 0, { ...marks, ...added }) };
  }
  return null;
}

/** Where a text ends that was opened by `pair`; -1 where it does not. Code within is passed over. */
function findClosing(inner: string, pair: string): number {
  const mark = pair[0] ?? "";
  let index = 0;
  while (index < inner.length) {
    const character = inner[index];
    if (character === "\\") index += 2;
    else if (character === "`") index += parseCode(inner.slice(index), false, PLAIN)?.length ?? 1;
    else if (character === mark) {
      const run = /^(.)\1*/s.exec(inner.slice(index))?.[0].length ?? 1;
      if (run >= pair.length && closes(inner, index, run, pair)) return index + run - pair.length;
      index += run;
    } else index += 1;
  }
  return -1;
}

function closes(inner: string, index: number, run: number, pair: string): boolean {
  if (/\s/.test(inner[index - 1] ?? " ")) return false;
  if (run !== pair.length && run !== 3) return false;
  return !pair.startsWith("_") || !LETTER.test(inner[index + run] ?? "");
}
