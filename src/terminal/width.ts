/** Returns the columns that a text takes on a terminal; escape sequences take none. */
export function widthOf(text: string): number {
  return Bun.stringWidth(text);
}

/** Returns the beginning of a text that fits into `columns`; no character is cut in two. */
export function cutToWidth(text: string, columns: number): string {
  const start = Bun.sliceAnsi(text, 0, columns);
  // Bun 1.4.4 adds a wide character that begins in the last column.
  return widthOf(start) > columns ? Bun.sliceAnsi(text, 0, columns - 1) : start;
}

/** Returns a text for one row; the end of one that is too wide becomes `…`. */
export function truncate(text: string, columns: number): string {
  return widthOf(text) <= columns ? text : `${cutToWidth(text, columns - 1)}…`;
}

/** Shortens a text in its middle, so that both its ends can be told apart from others. */
export function shortenMiddle(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  const kept = Math.max(2, columns - 1);
  const head = Math.ceil(kept / 2);
  return `${cutToWidth(text, head)}…${Bun.sliceAnsi(text, head - kept)}`;
}
