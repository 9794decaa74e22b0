import { prepareMainCommand, selectInherited } from "../../boot/main-command.ts";
import { DEFAULT_PROFILE } from "../../profiles/name.ts";
import { AGENT_COMMANDS } from "../agent-route.ts";
import { environmentOf, type App } from "../app.ts";
import { rawCommand } from "../raw-command.ts";
import type { Command } from "../command.ts";
import type { Program } from "../command-table.ts";

/**
 * `hermes-boot main -- ARGS…`: becomes the container's command, as hermes, in the same directory; `hermes` are the
 * subcommands that win over programs.
 */
export function main(app: App, hermes: Program): Command {
  return rawCommand(async (rawArgs) => {
    const args = rawArgs[0] === "--" ? rawArgs.slice(1) : rawArgs;
    const subcommands = new Set([...Object.keys(hermes.children), ...AGENT_COMMANDS]);
    const profile = app.home.currentProfile ?? DEFAULT_PROFILE;
    const words = prepareMainCommand(app.host, args, subcommands, profile);
    const environment = selectInherited(app.host, environmentOf(app), words);
    // While it boots the container ignores what the terminal sends.
    return app.host.processes.replaceProcess(words, environment, "all");
  });
}
