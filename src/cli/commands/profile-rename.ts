import { renameProfile } from "../../profiles/rename.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { EXISTING_PROFILE } from "../arguments.ts";
import { command, type Command, type Example } from "../command.ts";
import { usageError } from "../usage-error.ts";
import { profileChange } from "../profile-change.ts";

const ARGS = {
  old: EXISTING_PROFILE,
  new: { type: "positional", description: "The name that it gets", required: true },
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile rename coder writer", "Move it with its logs, gateway and alias"],
];

/**
 * `hermes profile rename OLD NEW`: changes directory, logs, gateway, alias and the choice of the current profile. After
 * an interruption, the same command goes on with it.
 */
export function profileRename(app: App): Command {
  return command(ARGS, EXAMPLES, async (args) => {
    const [from, to] = [requireProfileName(args.old), requireProfileName(args.new)];
    if (from === to) {
      throw usageError("The new name is the old one");
    }
    await renameProfile(await profileChange(app), from, to);
  });
}
