import { AppError } from "../../core/errors.ts";
import { checkDeletion, deleteProfile, isDeletionCommitted } from "../../profiles/delete.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { EXISTING_PROFILE } from "../arguments.ts";
import { command, type Command, type Example } from "../command.ts";
import { profileChange } from "../profile-change.ts";

const ARGS = {
  name: EXISTING_PROFILE,
  yes: { type: "boolean", alias: "y", description: "Do not ask" },
} as const;

/** Asks the user to type the name. Throws without a terminal. */
function confirm(app: App, name: ProfileName): void {
  const { host, home } = app;
  if (!host.input.isTerminal()) {
    throw new AppError("refused", `Cannot ask whether to delete profile '${name}': no terminal`, {
      hint: "pass -y to delete without asking",
    });
  }
  const directory = profileDirectory(home.root, name);
  const what =
    host.files.readLink(directory) === null
      ? `${directory} with its memory`
      : `the link ${directory}, not what it leads to`;
  app.host.output.note(`This deletes ${what}, and the gateway's logs.`);
  app.host.output.note(`Type the profile's name to go on:`);
  if (host.input.readLine()?.trim() !== name) {
    throw new AppError("refused", `Profile '${name}' is not deleted: that was another name`);
  }
}

const EXAMPLES: readonly Example[] = [
  ["hermes profile delete coder", "Ask for the name, then delete it"],
  ["hermes profile delete coder -y", "Delete it without asking, for scripts"],
];

/**
 * `hermes profile delete NAME`: removes gateway, directory, logs and alias. After an interruption, the same command
 * completes the work without asking again.
 */
export function profileDelete(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const name = requireProfileName(args.name);
    const { host, home } = app;
    const change = await profileChange(app);
    checkDeletion(change, name);
    if (!isDeletionCommitted(change, name) && !(args.yes ?? false)) confirm(app, name);
    const { linkTarget, wasCurrent } = await deleteProfile(change, name);
    host.output.result(`Deleted profile '${name}'\n`);
    if (linkTarget !== null) {
      const directory = profileDirectory(home.root, name);
      host.output.note(`${directory} was a link: ${linkTarget} is left as it is`);
    }
    if (wasCurrent) host.output.note(`The current profile is 'default' again`);
  });
}
