import type { App } from "../app.ts";

/** The environment of a program that this process becomes: all of ours, and where the volume is. */
export function environmentOf(app: App): Record<string, string> {
  const entries = Object.entries(app.host.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const environment = Object.fromEntries(entries);
  return (environment["HERMES_HOME"] ?? "") === ""
    ? { ...environment, HERMES_HOME: app.home.root }
    : environment;
}
