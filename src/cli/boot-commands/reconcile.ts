import { createMessages } from "../messages.ts";
import { renderBootLine } from "../../boot/boot-log.ts";
import type { Step } from "../../boot/plan.ts";
import { reconcile } from "../../boot/reconcile.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { command } from "../command.ts";

const ARGS = {
  "dry-run": { type: "boolean", description: "Print the plan and touch nothing" },
  json: { type: "boolean", description: "Print JSON" },
} as const;

function summarize(steps: readonly Step[]): string {
  const count = (action: Step["action"]) => steps.filter((step) => step.action === action).length;
  return `gateways: ${count("started")} started, ${count("registered")} registered, ${count("skipped")} skipped`;
}

/** `hermes-boot reconcile`: exit 0 whatever the profiles are like; each problem is a line. */
export function reconcileCommand(app: App): Command {
  return command(ARGS, async (args) => {
    const { host, home } = app;
    const dryRun = args["dry-run"] ?? false;
    const report = await reconcile(host, home.root, dryRun);
    if (args.json) {
      host.output.result(`${JSON.stringify({ version: 1, ...report }, null, 2)}\n`);
      return ExitCode.done;
    }
    if (report.kind === "not-wanted") {
      createMessages(app.host).log(`reconcile: nothing to do: ${report.reason}`);
      return ExitCode.done;
    }
    const now = host.clock.now();
    for (const step of report.steps) {
      if (dryRun) host.output.result(`${renderBootLine(step, now)}\n`);
      else if (step.reason !== null) createMessages(app.host).warn(renderBootLine(step, now));
    }
    createMessages(app.host).log(
      `reconcile: ${summarize(report.steps)}${dryRun ? " (planned)" : ""}`,
    );
    return ExitCode.done;
  });
}
