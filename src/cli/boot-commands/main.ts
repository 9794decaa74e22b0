import { recordMainProgram } from "../../boot/main-program.ts";
import { routeCommand } from "../../boot/route.ts";
import type { App } from "../app.ts";
import { rawCommand, type Command } from "../command-type.ts";
import { environmentOf } from "../commands/environment.ts";
import { dropRoot } from "../drop-root.ts";
import type { Table } from "../table.ts";

/** `hermes-boot main -- ARGS…`: becomes the container's command, as hermes, in the same directory; `hermes` are the subcommands that win over programs. */
export function main(app: App, hermes: Table): Command {
  return rawCommand(async (rawArgs) => {
    const args = rawArgs[0] === "--" ? rawArgs.slice(1) : rawArgs;
    const { host } = app;
    const routed = routeCommand(host, args, new Set(Object.keys(hermes)));
    recordMainProgram(host);
    dropRoot(host);
    return host.processes.replaceProcess(routed, environmentOf(app));
  });
}
