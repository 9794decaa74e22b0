import { checkPreflight } from "../../boot/preflight.ts";
import { clearRun } from "../../boot/clear-run.ts";
import { readPreflightFacts } from "../../boot/read-preflight.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { createMessages } from "../messages.ts";

const ARGS = {
  "clear-run": { type: "boolean", description: "Then make /run as it is before a boot" },
} as const;

/**
 * `hermes-boot preflight [--clear-run]`: exit 1 where the container cannot start like this, with the flag that
 * helps.
 */
export function preflight(app: App): Command {
  return bootCommand(ARGS, (args) => {
    const messages = createMessages(app.host);
    const problems = checkPreflight(readPreflightFacts(app.host));
    for (const { fatal, message, hint } of problems) {
      if (fatal) messages.error(message);
      else messages.warn(message);
      messages.log(`  Hint: ${hint}`);
    }
    if (problems.some(({ fatal }) => fatal)) return ExitCode.failed;
    if (args["clear-run"] === true) clearRun(app.host);
    return ExitCode.done;
  });
}
