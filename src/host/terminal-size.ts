/** Characters of a terminal's screen. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** The size of a terminal that does not tell its own. */
export const FALLBACK_SIZE: TerminalSize = { columns: 80, rows: 24 };
