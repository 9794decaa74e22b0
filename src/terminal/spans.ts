/** What a piece of text is; the theme says how that looks. */
export interface Marks {
  readonly bold?: true;
  readonly italic?: true;
  readonly strike?: true;
  readonly underline?: true;
  readonly dim?: true;
  readonly code?: true;
  readonly heading?: true;
  readonly failed?: true;
  readonly prompt?: true;
}

/** A piece of text with one look. */
export interface Span {
  readonly text: string;
  readonly marks: Marks;
}

export const PLAIN: Marks = {};

/**
 * How marks are shown. Without `colour` bold and underlined stay. Colours are the terminal's own sixteen,
 * which its owner has chosen to be readable.
 */
export interface Theme {
  readonly colour: boolean;
}

function codesOf(marks: Marks, { colour }: Theme): string {
  const codes: string[] = [];
  if (marks.bold === true || marks.heading === true) codes.push("1");
  if (marks.dim === true) codes.push("2");
  if (marks.italic === true) codes.push("3");
  if (marks.underline === true) codes.push("4");
  if (marks.strike === true) codes.push("9");
  if (colour && marks.failed === true) codes.push("31");
  if (colour && (marks.code === true || marks.prompt === true)) codes.push("36");
  if (colour && marks.heading === true) codes.push("35");
  return codes.join(";");
}

/** A text as the terminal has to get it. */
export function renderSpan({ text, marks }: Span, theme: Theme): string {
  const codes = text === "" ? "" : codesOf(marks, theme);
  return codes === "" ? text : `\u001B[${codes}m${text}\u001B[0m`;
}

export function renderSpans(spans: readonly Span[], theme: Theme): string {
  return spans.map((span) => renderSpan(span, theme)).join("");
}
