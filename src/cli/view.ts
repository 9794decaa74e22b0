import type { Host } from "../host/host.ts";
import {
  COLORED,
  MONOCHROME,
  paintWith,
  PLAIN,
  wantsColor,
  type TerminalStyle,
  type View,
} from "../terminal/style.ts";
import { readColorMode } from "./global-flags.ts";

function takesColor(host: Host, descriptor: 1 | 2): boolean {
  const mode = readColorMode(host.self.argv.slice(1));
  return wantsColor(mode, host.environment, host.output.isTerminal(descriptor));
}

/** Returns the style of stdout (1) or stderr (2) of this process; each is asked by itself. */
export function styleOf(host: Host, descriptor: 1 | 2): TerminalStyle {
  return takesColor(host, descriptor) ? COLORED : PLAIN;
}

/** Returns the style of a conversation, which has bold and underlined text without colour, too. */
export function conversationStyle(host: Host): TerminalStyle {
  return takesColor(host, 1) ? COLORED : MONOCHROME;
}

/** Returns how results are shown on stdout: as wide as the terminal, or whole if there is none. */
export async function createView(host: Host): Promise<View> {
  const paint = paintWith(styleOf(host, 1));
  if (!host.output.isTerminal(1)) return { width: null, paint };
  const { readTerminalSize } = await host.loadTerminalSize();
  return { width: readTerminalSize().columns, paint };
}
