import type { Terminal } from "../../host/raw-terminal.ts";
import { drawFrame, NO_FRAME, reflowFrame, type Frame } from "./frame.ts";
import type { Canvas } from "../../terminal/markdown.ts";
import type { TerminalStyle } from "../../terminal/style.ts";

/** A drawing on a terminal: rows that stay, and below them a frame that is drawn again. */
export type Screen = ReturnType<typeof createScreen>;

const CLEAR = "\u001B[H\u001B[2J";

/** Makes the screen of a terminal that nothing else draws on. */
export function createScreen(terminal: Terminal, style: TerminalStyle) {
  let shown = NO_FRAME;
  let { columns } = terminal.size();
  const followSize = () => {
    const size = terminal.size();
    // The terminal has already broken the rows that became too long; its notice may still be on its way.
    if (size.columns !== columns) shown = reflowFrame(shown, size.columns);
    ({ columns } = size);
  };
  return {
    // One column stays free: terminals differ in what follows a full row.
    canvas: (): Canvas => ({ columns: Math.max(10, terminal.size().columns - 1), style }),
    /** Shows a frame, with rows that stay above it. */
    show: (frame: Frame, above: readonly string[] = []) => {
      followSize();
      terminal.write(drawFrame(shown, frame, above));
      shown = frame;
    },
    /** Draws the last frame again on an empty screen. */
    clear: () => {
      terminal.write(CLEAR);
      shown = NO_FRAME;
    },
    /** Draws the next frame in full: another size, or another program, may have changed the screen. */
    distrust: () => {
      followSize();
      shown = { rows: [], cursor: shown.cursor };
    },
  };
}
