import { clearRun } from "../../boot/clear-run.ts";
import { chooseInit, readInitFacts } from "../../boot/enter.ts";
import { saveNonShellVariables } from "../../boot/non-shell-variables.ts";
import { checkPreflight } from "../../boot/preflight.ts";
import { readPreflightFacts } from "../../boot/read-preflight.ts";
import { noteWorkDirectory } from "../../boot/work-directory.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { createMessages } from "../messages.ts";

/** Says what this container is missing, with the flag that gives it. Returns whether it can start all the same. */
function passesPreflight({ host }: App): boolean {
  const messages = createMessages(host);
  const problems = checkPreflight(readPreflightFacts(host));
  for (const { fatal, message, hint } of problems) {
    if (fatal) messages.error(message);
    else messages.warn(message);
    host.output.note(`  Hint: ${hint}`);
  }
  return !problems.some(({ fatal }) => fatal);
}

const ARGS = {
  pid: { type: "positional", description: "The process that becomes the init", required: true },
} as const;

/**
 * `hermes-boot enter PID`, the first thing in a container: exits 1 if the container cannot start like this, and says
 * what is missing; else makes /run as it is before a boot and prints which init to become.
 */
export function enter(app: App): Command {
  return bootCommand(ARGS, ({ pid }) => {
    const { host } = app;
    if (!passesPreflight(app)) return ExitCode.failed;
    const choice = chooseInit(readInitFacts(host, Number(pid)));
    clearRun(host);
    noteWorkDirectory(host);
    saveNonShellVariables(host, Number(pid));
    host.output.result(`${choice}\n`);
    return ExitCode.done;
  });
}
