import type { Terminal } from "../host/raw-terminal.ts";
import { drawFrame, NO_FRAME, reflowFrame, type Frame } from "./frame.ts";
import type { Canvas } from "./markdown-line.ts";
import type { Look } from "./look.ts";

/** What is drawn on a terminal: lines that stay, and below them a frame that is drawn again. */
export interface Screen {
  readonly canvas: () => Canvas;
  readonly rows: () => number;
  /** Shows a frame, with lines that stay above it. */
  readonly show: (frame: Frame, above?: readonly string[]) => void;
  /** Draws the last frame again on an empty screen. */
  readonly clear: () => void;
  /** What is to be drawn next is drawn in full: something else has been drawn in between. */
  readonly forget: () => void;
  /** The terminal has another size: the next frame replaces what became of this one. */
  readonly resized: () => void;
}

const CLEAR = "\u001B[H\u001B[2J\u001B[3J";

/** Draws on a terminal that nothing else draws on. */
export function createScreen(terminal: Terminal, { measure, theme }: Look): Screen {
  let shown = NO_FRAME;
  return {
    // One column stays free: what happens behind the last one differs between terminals.
    canvas: () => ({ columns: Math.max(10, terminal.size().columns - 1), theme, measure }),
    rows: () => terminal.size().rows,
    show: (frame, above = []) => {
      terminal.write(drawFrame(shown, frame, above));
      shown = frame;
    },
    clear: () => {
      terminal.write(CLEAR);
      shown = NO_FRAME;
    },
    forget: () => {
      shown = NO_FRAME;
    },
    resized: () => {
      shown = reflowFrame(shown, terminal.size().columns, measure);
    },
  };
}
