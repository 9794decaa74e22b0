import { createMessages } from "../messages.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import { createProfile, requireProfileName } from "../../profiles/store.ts";
import { aliasPath, supportsAliases } from "../../services/s6/alias.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile create coder", "Make 'coder'; its gateway is registered, down"],
  ["hermes -p coder gateway start", "Start that gateway afterwards"],
];

/** `hermes profile create NAME`: the profile, its gateway registered down, its alias. */
export function profileCreate(app: App): Command {
  return command({ name: NAME }, EXAMPLES, async (args) => {
    const name = requireProfileName(args.name);
    const { host, home } = app;
    const directory = createProfile(host, home.root, name);
    host.output.result(`Created profile '${name}' in ${directory}\n`);
    const manager = await app.manager();
    if (!manager.supportsRuntimeRegistration()) return ExitCode.done;
    try {
      await manager.registerProfileGateway(name);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw new AppError(
        "not-registered",
        `Created profile '${name}', but its gateway is not registered: ${error.message}`,
        {
          hint: `\`hermes -p ${name} gateway start\` tries again`,
          cause: error,
        },
      );
    }
    host.output.result(`Registered gateway '${name}', down\n`);
    if (aliasPath(host, name) !== null) {
      host.output.result(`Alias: ${name} is short for hermes -p ${name}\n`);
    } else if (supportsAliases(host)) {
      createMessages(app.host).log(
        `No alias: '${name}' is the name of a program; use \`hermes -p ${name}\``,
      );
    }
    createMessages(app.host).log(`Next: hermes -p ${name} gateway start`);
    return ExitCode.done;
  });
}
