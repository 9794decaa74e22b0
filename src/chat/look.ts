import type { Measure } from "./graphemes.ts";
import type { Theme } from "./style.ts";

/** How a terminal shows text, whatever its size is. */
export interface Look {
  readonly measure: Measure;
  readonly theme: Theme;
}
