import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { becomeAgent } from "../become-agent.ts";
import { rawCommand } from "../raw-command.ts";
import type { Command, Example } from "../command.ts";
import { renderCommandHelp } from "../help.ts";
import { styleOf } from "../view.ts";

type Verb = "install" | "uninstall";

const EXPLANATIONS = {
  install: [
    "Nothing to install: in this container every profile has a gateway that s6 supervises",
    "  hermes profile create NAME       makes a profile and registers its gateway",
    "  hermes -p NAME gateway start     starts it, also after each restart of the container",
  ],
  uninstall: [
    "Nothing to uninstall: in this container every profile has a gateway that s6 supervises",
    "  hermes -p NAME gateway stop      stops it, also after a restart of the container",
    "  hermes profile delete NAME       deletes the profile, and its gateway with it",
  ],
} satisfies Readonly<Record<Verb, readonly string[]>>;

function examplesOf(verb: Verb): readonly Example[] {
  return [[`hermes gateway ${verb}`, "Say which commands do this here"]];
}

/**
 * `hermes gateway install` and `uninstall`, which users of a host know, with any flags: in a container they explain
 * that profiles do this. Elsewhere they are the agent's, if one is installed.
 */
export function gatewayInstall(app: App, verb: Verb): Command {
  return rawCommand(async (rawArgs) => {
    const { host } = app;
    const manager = await app.manager();
    const keepsGateways = manager.supportsRuntimeRegistration();
    if (!keepsGateways) becomeAgent(app, host.self.argv.slice(1));
    if (rawArgs.includes("--help") || rawArgs.includes("-h")) {
      const help = {
        summary: `Explain why a container needs no \`gateway ${verb}\``,
        args: {},
        examples: examplesOf(verb),
      };
      host.output.result(renderCommandHelp(["hermes", "gateway", verb], help, styleOf(host, 1)));
      return ExitCode.done;
    }
    manager.requireSupport(`${verb} gateway '${app.profile}'`);
    host.output.result(`${EXPLANATIONS[verb].join("\n")}\n`);
    return ExitCode.done;
  }, examplesOf(verb));
}
