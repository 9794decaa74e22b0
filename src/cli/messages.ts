import { createConsola, type ConsolaInstance, type LogObject } from "consola/core";
import type { Host } from "../host/host.ts";
import type { TerminalStyle } from "../terminal/style.ts";
import { styleOf } from "./view.ts";

/** The beginnings of lines, in colour if stderr takes it. */
function prefixOf(type: LogObject["type"], { red, yellow }: TerminalStyle): string {
  if (type === "error" || type === "fatal") return `${red("✗")} `;
  return type === "warn" ? `${yellow("warning:")} ` : "";
}

/**
 * The messages of a command besides its result, a line each on stderr. consola's own reporters would print some of them
 * to stdout and use `process.stdout`, so it gets one of ours.
 */
export function createMessages(host: Host): ConsolaInstance {
  const style = styleOf(host, 2);
  const log = ({ type, args }: LogObject) =>
    host.output.note(`${prefixOf(type, style)}${args.map(String).join(" ")}`);
  // No throttling: it would drop repeated lines, and its timer would keep the process alive.
  return createConsola({ throttle: 0, reporters: [{ log }] });
}

/** Prints each warning on a line of its own, on stderr. */
export function warnAll(host: Host, warnings: readonly string[]): void {
  for (const warning of warnings) createMessages(host).warn(warning);
}
