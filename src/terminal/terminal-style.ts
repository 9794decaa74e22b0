import type { Measure } from "./graphemes.ts";
import type { Theme } from "./spans.ts";

/** How a terminal shows text, whatever its size is. */
export interface TerminalStyle {
  readonly measure: Measure;
  readonly theme: Theme;
}
