import type { App } from "../app.ts";

/** The environment of a program that this process becomes: all of ours. */
export function environmentOf(app: App): Record<string, string> {
  const entries = Object.entries(app.host.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}
