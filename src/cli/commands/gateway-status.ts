import { renderJson } from "../../core/json.ts";
import { ExitCode } from "../../core/errors.ts";
import { renderGateway } from "../../status/render-gateway.ts";
import { completeReport } from "../../status/gateway-report.ts";
import { takeGatewaySnapshot, type GatewaySnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { requireGateway } from "../require-gateway.ts";
import { createView } from "../view.ts";

const JSON_FLAG = { type: "boolean", description: "Print JSON (docs/status-json.md)" } as const;

const RUNNING: ReadonlySet<GatewaySnapshot["state"]> = new Set(["ready", "starting", "foreground"]);

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway status", "The state of one gateway, and its last exits"],
  ["hermes gateway status --json", "The same for the current profile, as JSON"],
];

/** `hermes gateway status`: one gateway and its last ends; exit 0 running, 3 not, 4 no such gateway, 1 unknown. */
export function gatewayStatus(app: App): Command {
  return command({ json: JSON_FLAG }, EXAMPLES, async ({ json }) => {
    const { host, home, profile } = app;
    const gateway = await takeGatewaySnapshot(
      host,
      home.root,
      (await app.gatewaysAfterBoot()).manager,
      profile,
    );
    if (gateway.state === "not-registered") requireGateway(app);
    const report = completeReport(host, home.root, gateway);
    const text = json
      ? renderJson({ version: 2, ...report })
      : renderGateway(report, await createView(host));
    host.output.result(text);
    if (gateway.state === "unknown") return ExitCode.failed;
    return RUNNING.has(gateway.state) ? ExitCode.done : ExitCode.notRunning;
  });
}
