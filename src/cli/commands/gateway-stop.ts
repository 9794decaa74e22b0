import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { warnAll } from "../messages.ts";
import { command, type Command, type Example } from "../command.ts";
import { doForAll, listAll } from "../all-gateways.ts";

const ALL = { type: "boolean", description: "Stop every registered gateway" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway stop", "Stop one; it stays down after a restart, too"],
  ["hermes gateway stop --all", "Stop all of them, several at once"],
];

/** `hermes gateway stop [--all]`: done when the gateway is down; it stays down. Refuses one in the foreground. */
export function gatewayStop(app: App): Command {
  return command({ all: ALL }, EXAMPLES, async ({ all }) => {
    const gateways = await app.gatewaysAfterBoot();
    if (all) {
      const wording = { done: "Stopped", verb: "stop" };
      return doForAll(app, listAll(gateways), wording, async (name) => {
        await gateways.refuseForeground(name, "stop");
        return gateways.stop(name);
      });
    }
    await gateways.refuseForeground(app.profile, "stop");
    const { changed, warnings } = await gateways.stop(app.profile);
    const text = changed ? "Stopped" : "Already stopped:";
    app.host.output.result(`${text} gateway '${app.profile}'\n`);
    warnAll(app.host, warnings);
    return ExitCode.done;
  });
}
