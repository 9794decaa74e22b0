import type { App } from "./app.ts";

/**
 * Returns the environment of a program that this process becomes: all of its own, and the path of the volume.
 */
export function environmentOf(app: App): Record<string, string> {
  const entries = Object.entries(app.host.environment).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const environment = Object.fromEntries(entries);
  return (environment["HERMES_HOME"] ?? "") === ""
    ? { ...environment, HERMES_HOME: app.home.root }
    : environment;
}
