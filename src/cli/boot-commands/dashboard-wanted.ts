import { isDashboardCommand } from "../../boot/command-words.ts";
import { findContainerCommand } from "../../boot/container-command.ts";
import { ExitCode } from "../../core/errors.ts";
import { isDashboardOn } from "../../dashboard/settings.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

/**
 * `hermes-boot dashboard-wanted`: exit 0 where `HERMES_DASHBOARD` is on, and the container's command is
 * not the dashboard itself, which has the address then.
 */
export function dashboardWanted(app: App): Command {
  return bootCommand({}, () => {
    const { host } = app;
    if (!isDashboardOn(host.environment)) return ExitCode.failed;
    const isCommand = isDashboardCommand(findContainerCommand(host)?.args ?? []);
    return isCommand ? ExitCode.failed : ExitCode.done;
  });
}
