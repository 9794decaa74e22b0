import { AppError, ExitCode } from "../../core/errors.ts";
import { replaceCurrentProfile } from "../../profiles/current.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { removeGatewayFiles } from "../../profiles/runtime-directory.ts";
import { profileExists, removeProfile, requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";
import { createMessages } from "../messages.ts";
import { withNamesLock } from "../names-lock.ts";
import { refuseForeground } from "../refuse-foreground.ts";

const ARGS = {
  name: {
    type: "positional",
    valueHint: "PROFILE",
    description: "The profile's name",
    required: true,
  },
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
} as const;

/** Asks for the name; without a terminal there is nobody to ask. */
function confirm(app: App, name: ProfileName): void {
  const { host, home } = app;
  if (!host.input.isTerminal()) {
    throw new AppError("refused", `Cannot ask whether to delete profile '${name}': no terminal`, {
      hint: "pass -y to delete without asking",
    });
  }
  createMessages(app.host).log(
    `This deletes ${profileDirectory(home.root, name)} with its memory, and the gateway's logs.`,
  );
  createMessages(app.host).log(`Type the profile's name to go on:`);
  if (host.input.readLine()?.trim() !== name) {
    throw new AppError("refused", `Profile '${name}' is not deleted: that was another name`);
  }
}

const EXAMPLES: readonly Example[] = [
  ["hermes profile delete coder", "Ask for the name, then delete it"],
  ["hermes profile delete coder -y", "Delete it without asking, for scripts"],
];

/** The gateway down and out of s6, then the directory, and what else has its name. */
async function remove(app: App, name: ProfileName): Promise<void> {
  const { host, home } = app;
  const manager = await app.manager();
  await refuseForeground(app, manager, name, "delete");
  if (manager.supportsRuntimeRegistration()) {
    await manager.stop(name);
    await manager.unregisterProfileGateway(name);
  }
  removeProfile(host, home.root, name);
  removeGatewayFiles(host, name);
  const current = replaceCurrentProfile(host, home.root, name, DEFAULT_PROFILE);
  host.output.result(`Deleted profile '${name}'\n`);
  if (current) createMessages(host).log(`The current profile is 'default' again`);
}

/** `hermes profile delete NAME`: the gateway down and out of s6, then alias and directory. */
export function profileDelete(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const name = requireProfileName(args.name);
    const { host, home } = app;
    if (name === DEFAULT_PROFILE) {
      throw new AppError(
        "refused",
        "Cannot delete profile 'default': it is the installation itself",
      );
    }
    const exists = profileExists(host, home.root, name);
    if (!exists && !(await app.manager()).listProfileGateways().includes(name)) {
      throw new AppError("no-such-profile", `Cannot delete profile '${name}': no such profile`, {
        hint: "see `hermes profile list`",
        profile: name,
      });
    }
    if (!(args.yes ?? false)) confirm(app, name);
    await withNamesLock(app, `delete profile '${name}'`, () => remove(app, name));
    return ExitCode.done;
  });
}
