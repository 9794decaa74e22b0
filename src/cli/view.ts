import type { Host } from "../host/host.ts";
import type { Paint, Role, View } from "../status/table.ts";
import { styleOf, type Style } from "./style.ts";

const COLORS: Readonly<Record<Role, Exclude<keyof Style, "isOn">>> = {
  good: "green",
  warn: "yellow",
  bad: "red",
  dim: "dim",
  strong: "bold",
};

/** How results are shown on stdout: as wide as the terminal, or whole where it is none. */
export async function createView(host: Host): Promise<View> {
  const style = styleOf(host, 1);
  const paint: Paint = (role, text) => style[COLORS[role]](text);
  if (!host.output.isTerminal(1)) return { width: null, paint };
  const { readTerminalSize } = await host.loadTerminal();
  return { width: (await readTerminalSize()).columns, paint };
}
