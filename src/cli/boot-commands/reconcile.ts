import { createMessages } from "../messages.ts";
import { renderBootLine } from "../../boot/boot-log.ts";
import type { Step } from "../../boot/plan.ts";
import { reconcile } from "../../boot/reconcile.ts";
import { ExitCode } from "../../core/errors.ts";
import { quoteName } from "../../profiles/name.ts";
import { bootLogPath } from "../../profiles/paths.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

const ARGS = {
  "dry-run": { type: "boolean", description: "Print the plan and touch nothing" },
  json: { type: "boolean", description: "Print JSON" },
} as const;

const SHOWN_PROBLEMS = 8;

function summarize(steps: readonly Step[]): string {
  const count = (action: Step["action"]) => steps.filter((step) => step.action === action).length;
  return `gateways: ${count("started")} started, ${count("registered")} registered, ${count("skipped")} skipped`;
}

/** `hermes-boot reconcile`: exit 0 whatever the profiles are like; each problem is a line. */
export function reconcileCommand(app: App): Command {
  return bootCommand(ARGS, async (args) => {
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
    if (dryRun) printPlan(app, report.steps);
    else warnOfProblems(app, report.steps);
    const planned = dryRun ? " (planned)" : "";
    createMessages(host).log(`reconcile: ${summarize(report.steps)}${planned}`);
    return ExitCode.done;
  });
}

function printPlan(app: App, steps: readonly Step[]): void {
  const now = app.host.clock.now();
  for (const step of steps) app.host.output.result(`${renderBootLine(step, now)}\n`);
}

/** A boot's output is read by people: some problems are shown, all of them are in the boot log. */
function warnOfProblems(app: App, steps: readonly Step[]): void {
  const messages = createMessages(app.host);
  const problems = steps.filter((step) => step.reason !== null);
  for (const { profile, action, reason } of problems.slice(0, SHOWN_PROBLEMS)) {
    messages.warn(`profile ${quoteName(profile)} is ${action}: ${reason}`);
  }
  const rest = problems.length - SHOWN_PROBLEMS;
  if (rest > 0) messages.warn(`${rest} more: see ${bootLogPath(app.home.root)}`);
}
