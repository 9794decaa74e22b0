import { checkPreflight } from "../../boot/preflight.ts";
import { readPreflightFacts } from "../../boot/read-preflight.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { createMessages } from "../messages.ts";

/** `hermes-boot preflight`: exit 1 where the container cannot start like this, with the flag that helps. */
export function preflight(app: App): Command {
  return bootCommand({}, () => {
    const messages = createMessages(app.host);
    const problems = checkPreflight(readPreflightFacts(app.host));
    for (const { fatal, message, hint } of problems) {
      if (fatal) messages.error(message);
      else messages.warn(message);
      messages.log(`  Hint: ${hint}`);
    }
    return problems.some(({ fatal }) => fatal) ? ExitCode.failed : ExitCode.done;
  });
}
