import { renderBootLine } from "../boot/boot-log.ts";
import type { Step } from "../boot/plan.ts";
import type { ReconcileReport } from "../boot/reconcile.ts";
import type { Host } from "../host/host.ts";
import { quoteName } from "../profiles/name.ts";
import { bootLogPath } from "../profiles/paths.ts";
import type { App } from "./app.ts";
import { warnAll } from "./messages.ts";

const SHOWN_PROBLEMS = 8;

function summarize(steps: readonly Step[]): string {
  const count = (action: Step["action"]) => steps.filter((step) => step.action === action).length;
  return `gateways: ${count("started")} started, ${count("registered")} registered, ${count("skipped")} skipped`;
}

/** Reports the result of the reconcile in a few lines; for a dry run, prints the plan. */
export function reportReconcile(
  { host, home }: App,
  report: ReconcileReport,
  isPlan: boolean,
): void {
  if (report.kind === "not-wanted") {
    host.output.note(`reconcile: nothing to do: ${report.reason}`);
    return;
  }
  const { steps } = report;
  // s6-overlay's switch for a verbose boot: the container's log is to have every profile.
  const isVerbose = Number(host.environment["S6_VERBOSITY"]) >= 2;
  const now = host.clock.now();
  const lines = isPlan || isVerbose ? steps.map((step) => renderBootLine(step, now)) : [];
  if (isPlan) for (const line of lines) host.output.result(`${line}\n`);
  else if (isVerbose) for (const line of lines) host.output.note(line);
  else warnOfProblems(host, steps, home.root);
  host.output.note(`reconcile: ${summarize(steps)}${isPlan ? " (planned)" : ""}`);
}

/** A boot's output is read by people: some problems are shown, all of them are in the boot log. */
function warnOfProblems(host: Host, steps: readonly Step[], root: string): void {
  const problems = steps.filter((step) => step.reason !== null);
  const lines = problems.map(
    ({ profile, action, reason }) => `profile ${quoteName(profile)} is ${action}: ${reason}`,
  );
  const rest = problems.length - SHOWN_PROBLEMS;
  const more = rest > 0 ? [`${rest} more: see ${bootLogPath(root)}`] : [];
  warnAll(host, [...lines.slice(0, SHOWN_PROBLEMS), ...more]);
}
