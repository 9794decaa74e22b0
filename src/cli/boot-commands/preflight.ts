import { clearRun } from "../../boot/clear-run.ts";
import { checkPreflight } from "../../boot/preflight.ts";
import { readPreflightFacts } from "../../boot/read-preflight.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { createMessages } from "../messages.ts";

/** Says what this container is missing, with the flag that gives it. Returns whether it can start all the same. */
export function passesPreflight({ host }: App): boolean {
  const messages = createMessages(host);
  const problems = checkPreflight(readPreflightFacts(host));
  for (const { fatal, message, hint } of problems) {
    if (fatal) messages.error(message);
    else messages.warn(message);
    messages.log(`  Hint: ${hint}`);
  }
  return !problems.some(({ fatal }) => fatal);
}

const ARGS = {
  "clear-run": { type: "boolean", description: "Then make /run as it is before a boot" },
} as const;

/** `hermes-boot preflight [--clear-run]`: exit 1 where the container cannot start like this. */
export function preflight(app: App): Command {
  return bootCommand(ARGS, (args) => {
    if (!passesPreflight(app)) return ExitCode.failed;
    if (args["clear-run"] === true) clearRun(app.host);
    return ExitCode.done;
  });
}
