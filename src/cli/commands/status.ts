import { renderJson } from "../../core/json.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { renderSnapshot } from "../../status/render.ts";
import { takeSnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { requireNamedGateway } from "../require-gateway.ts";
import { usageError } from "../usage-error.ts";
import { createView } from "../view.ts";

const ARGS = {
  json: { type: "boolean", description: "Print JSON (docs/status-json.md)" },
  prometheus: { type: "boolean", description: "Print metrics (docs/metrics.md)" },
  watch: { type: "boolean", alias: "w", description: "Show it again and again; q ends it" },
  interval: {
    type: "string",
    valueHint: "SECONDS",
    description: "With --watch: seconds in between, 2 unless given",
  },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes status", "The desired state and the state of every gateway"],
  ["hermes status --watch", "The same, again and again, until q"],
  ["hermes status --json", "The same for programs"],
  ["hermes status --prometheus", "The same as metrics"],
];

const LONGEST_INTERVAL = 3600;

function readInterval(text: string | undefined): number {
  const seconds = Number(text ?? "2");
  if (seconds >= 0.1 && seconds <= LONGEST_INTERVAL) return seconds;
  throw usageError(`--interval takes seconds from 0.1 to ${LONGEST_INTERVAL}, not '${text}'`);
}

/**
 * `hermes status`: shows the service manager, the image's services, and the desired and actual state of every gateway.
 */
export function status(app: App): Command {
  return command(ARGS, EXAMPLES, async ({ json, prometheus, watch, interval }) => {
    const { host, home } = app;
    if ([json, prometheus, watch].filter(Boolean).length > 1) {
      throw usageError("--json, --prometheus and --watch exclude each other");
    }
    if (interval !== undefined && !watch) throw usageError("--interval needs --watch");
    await requireNamedGateway(app);
    const manager = await app.manager();
    const take = () => takeSnapshot(host, home.root, manager);
    if (watch) {
      const { watchStatus } = await import("../watch.ts");
      return watchStatus(host, take, readInterval(interval));
    }
    const snapshot = await take();
    if (json) host.output.result(renderJson(snapshot));
    else if (prometheus) {
      const { renderPrometheus } = await import("../../status/prometheus.ts");
      const { versionNumber } = await import("../version.ts");
      host.output.result(renderPrometheus(snapshot, versionNumber()));
    } else host.output.result(renderSnapshot(snapshot, await createView(host)));
    const unread = snapshot.gateways.filter(({ state }) => state === "unknown");
    if (unread.length < snapshot.gateways.length) return ExitCode.done;
    throw new AppError("service-manager", "Cannot read the state of any gateway", {
      hint: "see `hermes doctor`",
    });
  });
}
