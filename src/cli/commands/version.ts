import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";

declare const HERMES_VERSION: string | undefined;
declare const HERMES_COMMIT: string | undefined;

/**
 * `hermes version`: one line; the version and the commit are baked in by the build. It does without
 * citty, which would be a third of its time.
 */
export function version(app: App): Command {
  return {
    args: {},
    run: async () => {
      const number = typeof HERMES_VERSION === "string" ? HERMES_VERSION : "0.0.0-dev";
      const commit = typeof HERMES_COMMIT === "string" ? HERMES_COMMIT : "unknown";
      app.host.output.result(`hermes ${number} (${commit})\n`);
      return 0;
    },
  };
}
