/** The least length that mandoc(1) finds too long. */
const LONGEST_LINE = 80;

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": String.raw`\e`,
  "-": String.raw`\-`,
  "^": String.raw`\(ha`,
  "~": String.raw`\(ti`,
  "`": String.raw`\(ga`,
  "'": String.raw`\(aq`,
};

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code > 0x7e) return `\\[u${code.toString(16).toUpperCase().padStart(4, "0")}]`;
  return ESCAPES[character] ?? character;
}

/** A text as roff prints it: what looks like a request, or is no ASCII, is written differently. */
export function escapeText(text: string): string {
  return Array.from(text, escapeCharacter)
    .join("")
    .replace(/^(?=\.)/, String.raw`\&`);
}

/** A word in bold, or in italics. */
export const bold = (text: string): string => `\\fB${escapeText(text)}\\fR`;
export const italic = (text: string): string => `\\fI${escapeText(text)}\\fR`;

/** A text in lines of its own, none longer than a page's source may be, broken at spaces: roff joins them again. */
export function renderParagraph(text: string): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = line === "" ? word : `${line} ${word}`;
    // Escaped it is longer.
    if (escapeText(next).length > LONGEST_LINE && line !== "") {
      lines.push(line);
      line = word;
    } else line = next;
  }
  return [...lines, line].map(escapeText);
}

/** A term and what it means, which stands below it, indented. */
export function renderTerm(term: string, meaning: string): readonly string[] {
  return [".TP", term, ...renderParagraph(meaning)];
}
