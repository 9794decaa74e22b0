import type { Host } from "../host/host.ts";
import type { Paint, Role, View } from "../terminal/table.ts";
import { COLORED, PLAIN, wantsColor, type Style } from "../terminal/style.ts";
import { readColorMode } from "./global-flags.ts";

const COLORS: Readonly<Record<Role, Exclude<keyof Style, "isOn">>> = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
};

/** Returns the style of stdout (1) or stderr (2) of this process; each is asked by itself. */
export function styleOf(host: Host, descriptor: 1 | 2): Style {
  const mode = readColorMode(host.self.argv.slice(1));
  return wantsColor(mode, host.environment, host.output.isTerminal(descriptor)) ? COLORED : PLAIN;
}

/**
 * Returns the way results are shown on stdout: as wide as the terminal, or whole if it is no terminal.
 */
export async function createView(host: Host): Promise<View> {
  const style = styleOf(host, 1);
  const paint: Paint = (role, text) => style[COLORS[role]](text);
  if (!host.output.isTerminal(1)) return { width: null, paint };
  const { readTerminalSize } = await host.loadTerminal();
  return { width: (await readTerminalSize()).columns, paint };
}
