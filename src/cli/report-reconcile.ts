import { renderBootLine } from "../boot/boot-log.ts";
import type { Step } from "../boot/plan.ts";
import type { ReconcileReport } from "../boot/reconcile.ts";
import { quoteName } from "../profiles/name.ts";
import { bootLogPath } from "../profiles/paths.ts";
import type { App } from "./app.ts";
import { createMessages } from "./messages.ts";

const SHOWN_PROBLEMS = 8;

function summarize(steps: readonly Step[]): string {
  const count = (action: Step["action"]) => steps.filter((step) => step.action === action).length;
  return `gateways: ${count("started")} started, ${count("registered")} registered, ${count("skipped")} skipped`;
}

/** Reports the result of the reconcile in a few lines; for a dry run, prints the plan. */
export function reportReconcile(app: App, report: ReconcileReport, isPlan: boolean): void {
  const messages = createMessages(app.host);
  if (report.kind === "not-wanted") {
    messages.log(`reconcile: nothing to do: ${report.reason}`);
    return;
  }
  if (isPlan) printPlan(app, report.steps);
  else if (isVerbose(app)) for (const line of renderSteps(app, report.steps)) messages.log(line);
  else warnOfProblems(app, report.steps);
  messages.log(`reconcile: ${summarize(report.steps)}${isPlan ? " (planned)" : ""}`);
}

/** Returns whether the container's log is to have every profile: s6-overlay's switch for a verbose boot. */
function isVerbose({ host }: App): boolean {
  return Number(host.environment["S6_VERBOSITY"]) >= 2;
}

/** Renders a line per profile, as the boot log has it. */
function renderSteps({ host }: App, steps: readonly Step[]): readonly string[] {
  const now = host.clock.now();
  return steps.map((step) => renderBootLine(step, now));
}

function printPlan(app: App, steps: readonly Step[]): void {
  for (const line of renderSteps(app, steps)) app.host.output.result(`${line}\n`);
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
