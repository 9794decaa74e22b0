import { isDashboardCommand } from "../../boot/command-words.ts";
import { findContainerCommand } from "../../boot/container-command.ts";
import { ExitCode } from "../../core/errors.ts";
import { judgeHealth } from "../../status/health.ts";
import { takeSnapshot } from "../../status/snapshot.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { dropRoot } from "../../boot/drop-root.ts";

/** `hermes-boot health`, the image's HEALTHCHECK: exit 0 if every gateway whose desired state is running is ready. */
export function health(app: App): Command {
  return bootCommand({}, async () => {
    dropRoot(app.host);
    if (isDashboardCommand(findContainerCommand(app.host)?.args ?? [])) {
      app.host.output.result("no gateways: the container's command is the dashboard\n");
      return ExitCode.done;
    }
    const manager = await app.manager();
    const snapshot = await takeSnapshot(app.host, app.home.root, manager);
    const { healthy, line } = judgeHealth(snapshot);
    app.host.output.result(`${line}\n`);
    return healthy ? ExitCode.done : ExitCode.failed;
  });
}
