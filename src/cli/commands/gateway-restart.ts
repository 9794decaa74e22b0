import { CHILDREN_AT_A_TIME, mapLimited } from "../../core/concurrency.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { warnAll } from "../messages.ts";
import { command, type Command, type Example } from "../command.ts";
import { doForAll, listAll } from "../all-gateways.ts";

const ALL = {
  type: "boolean",
  description: "Restart every gateway that the supervisor keeps up",
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway restart", "Start a new process and wait until it is ready"],
  ["hermes gateway restart --all", "Every gateway that the supervisor keeps up"],
];

/** `hermes gateway restart [--all]`: done when a new process is ready. Refuses one in the foreground. */
export function gatewayRestart(app: App): Command {
  return command({ all: ALL }, EXAMPLES, async ({ all }) => {
    const gateways = await app.gatewaysAfterBoot();
    if (all) {
      const registered = listAll(gateways);
      const { status } = gateways.manager;
      const reports = await mapLimited(registered, CHILDREN_AT_A_TIME, status);
      const running = registered.filter((_, index) => reports[index]?.status?.wantedUp ?? false);
      return doForAll(app, running, { done: "Restarted", verb: "restart" }, gateways.restart);
    }
    await gateways.refuseForeground(app.profile, "restart");
    const { pid, warnings } = await gateways.restart(app.profile);
    app.host.output.result(`Restarted gateway '${app.profile}' (pid ${pid}), ready\n`);
    warnAll(app.host, warnings);
    return ExitCode.done;
  });
}
