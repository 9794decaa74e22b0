/** A text that a stranger wrote as one line that any terminal can show: no control characters, not too long. */
export function toPrintable(text: string, maxLength: number): string {
  const line = text.replaceAll(/[\s\p{C}]+/gu, " ").trim();
  return line.length > maxLength ? `${line.slice(0, maxLength - 3)}...` : line;
}
