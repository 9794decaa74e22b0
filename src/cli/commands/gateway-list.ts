import { renderJson } from "../../core/json.ts";
import { renderList } from "../../status/render-gateway.ts";
import { takeSnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import { command, type Command, type Example } from "../command.ts";
import { createView } from "../view.ts";

const JSON_FLAG = { type: "boolean", description: "Print JSON (docs/status-json.md)" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes gateway list", "Names and states"],
  ["hermes gateway list --json", "The same for programs"],
];

/** `hermes gateway list`: a gateway a line, its name and what it is. */
export function gatewayList(app: App): Command {
  return command({ json: JSON_FLAG }, EXAMPLES, async ({ json }) => {
    const { host, home } = app;
    const { gateways } = await takeSnapshot(
      host,
      home.root,
      (await app.gatewaysAfterBoot()).manager,
    );
    const brief = gateways.map(({ profile, desired, state, drift, pid }) => {
      return { profile, desired, state, drift, pid };
    });
    const text = json
      ? renderJson({ version: 2, gateways: brief })
      : renderList(gateways, await createView(host));
    host.output.result(text);
  });
}
