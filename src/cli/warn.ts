import { createMessages } from "./messages.ts";
import type { App } from "./app.ts";

/** Prints each warning on a line of its own, on stderr. */
export function warnAll(app: App, warnings: readonly string[]): void {
  for (const warning of warnings) createMessages(app.host).warn(warning);
}
