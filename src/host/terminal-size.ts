import { WriteStream } from "node:tty";

/** Characters of a terminal's screen. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of a terminal that does not tell its own. */
const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };

/** Returns the present size of the terminal on stdout; 80 by 24 if it does not tell. */
export function readTerminalSize(): TerminalSize {
  // A stream keeps the size that it found when it was made. None of them touches the terminal.
  const [columns, rows] = new WriteStream(1).getWindowSize();
  return columns > 0 && rows > 0 ? { columns, rows } : FALLBACK_SIZE;
}
