import { AppError } from "../../core/errors.ts";
import { writeCurrentProfile } from "../../profiles/current.ts";
import { profileExists, requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";
import { createMessages } from "../messages.ts";

const NAME = {
  type: "positional",
  valueHint: "PROFILE",
  description: "The profile's name",
  required: true,
} as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile use coder", "Commands without -p act for 'coder' from now on"],
  ["hermes profile use default", "Return to the root profile"],
];

/** `hermes profile use NAME`: the profile of every command that names none. */
export function profileUse(app: App): Command {
  return command({ name: NAME }, EXAMPLES, (args) => {
    const { host, home } = app;
    const name = requireProfileName(args.name);
    if (!profileExists(host, home.root, name)) {
      throw new AppError("no-such-profile", `Cannot use profile '${name}': no such profile`, {
        hint: `make it with \`hermes profile create ${name}\``,
        profile: name,
      });
    }
    writeCurrentProfile(host, home.root, name);
    host.output.result(`Now using profile '${name}'\n`);
    const { currentProfile } = home;
    if (currentProfile !== null && currentProfile !== name) {
      const message = `HERMES_HOME names profile '${currentProfile}' here, and comes first`;
      createMessages(host).warn(message);
    }
  });
}
