import { ExitCode } from "../../core/errors.ts";
import { isGatewayReady } from "../../gateway/readiness.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { command } from "../command.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

/** `hermes-boot check NAME`, called by s6-notifyoncheck in the slot's environment. */
export function check(app: App): Command {
  return command({ name: NAME }, async (args) => {
    const { host, home } = app;
    const pid = Number(host.environment["HERMES_S6_SUPERVISED_PID"]);
    const ready =
      pid > 1 && (await isGatewayReady(host, home.root, requireProfileName(args.name), pid));
    return ready ? ExitCode.done : ExitCode.failed;
  });
}
