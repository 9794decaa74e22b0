import { ExitCode } from "../../core/errors.ts";
import { renderSnapshot } from "../../status/render.ts";
import { takeSnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";

const JSON_FLAG = { type: "boolean", description: "Print JSON" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes status", "Every gateway: what is wanted, and what is"],
  ["hermes status --json", "The same for programs"],
];

/** `hermes status`: the service manager and every gateway, wanted and actual. */
export function status(app: App): Command {
  return command({ json: JSON_FLAG }, EXAMPLES, async ({ json }) => {
    const snapshot = await takeSnapshot(app.host, app.home.root, await app.manager());
    app.host.output.result(
      json ? `${JSON.stringify(snapshot, null, 2)}\n` : renderSnapshot(snapshot),
    );
    return ExitCode.done;
  });
}
