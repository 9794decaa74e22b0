import { createConsola, type ConsolaInstance, type LogObject } from "consola/core";
import type { Host } from "../host/host.ts";

const PREFIXES: Partial<Record<LogObject["type"], string>> = {
  error: "✗ ",
  fatal: "✗ ",
  warn: "warning: ",
};

/**
 * What a command says besides its result, a line each on stderr. consola's own reporters would print
 * some of it to stdout and touch `process.stdout`, so it gets one of ours.
 */
export function createMessages(host: Host): ConsolaInstance {
  const log = ({ type, args }: LogObject) =>
    host.output.note(`${PREFIXES[type] ?? ""}${args.map(String).join(" ")}`);
  // No throttling: it would drop repeated lines, and its timer would keep the process alive.
  return createConsola({ throttle: 0, reporters: [{ log }] });
}
