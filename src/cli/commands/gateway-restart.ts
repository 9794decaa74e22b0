import { CHILDREN_AT_A_TIME, mapLimited } from "../../core/concurrency.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";
import { refuseForeground } from "../refuse-foreground.ts";
import { doForAll, listAll } from "./all-gateways.ts";
import { warnAll } from "./warn.ts";

const ALL = { type: "boolean", description: "Restart every gateway that runs" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes -p coder gateway restart", "Start a new process and wait until it is ready"],
  ["hermes gateway restart --all", "Every gateway whose desired state is running"],
];

/** `hermes gateway restart [--all]`: done when a new process is ready. Refuses one in the foreground. */
export function gatewayRestart(app: App): Command {
  return command({ all: ALL }, EXAMPLES, async ({ all }) => {
    const manager = await app.managerAfterBoot();
    if (all) {
      const registered = listAll(manager);
      const statuses = await mapLimited(registered, CHILDREN_AT_A_TIME, manager.readGateway);
      const running = registered.filter((_, index) => statuses[index]?.wantedUp ?? false);
      return doForAll(app, running, { done: "Restarted", verb: "restart" }, manager.restart);
    }
    await refuseForeground(app, manager, app.profile, "restart");
    const { pid, warnings } = await manager.restart(app.profile);
    app.host.output.result(`Restarted gateway '${app.profile}' (pid ${pid}), ready\n`);
    warnAll(app, warnings);
    return ExitCode.done;
  });
}
