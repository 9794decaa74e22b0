import { renderJson } from "../../core/json.ts";
import { reconcile } from "../../boot/reconcile.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { reportReconcile } from "../report-reconcile.ts";

const ARGS = {
  "dry-run": { type: "boolean", description: "Print the plan and touch nothing" },
  json: { type: "boolean", description: "Print JSON" },
} as const;

/** `hermes-boot reconcile`: exit 0 whatever the profiles are like; each problem is a line. */
export function reconcileCommand(app: App): Command {
  return bootCommand(ARGS, async (args) => {
    const { host, home } = app;
    const dryRun = args["dry-run"] ?? false;
    const report = await reconcile(host, home.root, dryRun);
    if (args.json) host.output.result(renderJson({ version: 2, ...report }));
    else reportReconcile(app, report, dryRun);
  });
}
