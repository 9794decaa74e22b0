import type { Host } from "../../host/host.ts";
import type { Terminal } from "../../host/raw-terminal.ts";
import { createKeyboard, type Keyboard } from "./keyboard.ts";
import type { TerminalStyle } from "../../terminal/style.ts";

/** A terminal with its keys and its style, for one use after the other. */
export interface TerminalSession {
  readonly terminal: Terminal;
  readonly keyboard: Keyboard;
  readonly style: TerminalStyle;
}

export function createSession(
  host: Host,
  terminal: Terminal,
  style: TerminalStyle,
): TerminalSession {
  return { terminal, keyboard: createKeyboard(host, terminal), style };
}
