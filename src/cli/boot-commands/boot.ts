import { BOOT_PARTS, runBootPart } from "../../boot/stages.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { usageError } from "../usage-error.ts";
import { reportReconcile } from "../report-reconcile.ts";

const ARGS = {
  part: { type: "positional", description: BOOT_PARTS.join(", "), required: true },
} as const;

/**
 * `hermes-boot boot PART`, one for each script in cont-init.d: runs the stages of that part that are not done yet.
 * Exits 1 if one of them failed, which s6-overlay judges by `S6_BEHAVIOUR_IF_STAGE2_FAILS`.
 */
export function boot(app: App): Command {
  return bootCommand(ARGS, async (args) => {
    const { host, home } = app;
    const part = BOOT_PARTS.find((known) => known === args.part);
    if (part === undefined) {
      throw usageError(`'${args.part}' is no part of the boot`);
    }
    const isWhole = await runBootPart(
      { host, root: home.root, report: (report) => reportReconcile(app, report, false) },
      part,
    );
    return isWhole ? ExitCode.done : ExitCode.failed;
  });
}
