import { writeCurrentProfile } from "../../profiles/current.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import { EXISTING_PROFILE } from "../arguments.ts";
import { command, type Command, type Example } from "../command.ts";
import { createMessages } from "../messages.ts";
import { requireProfile } from "../require-profile.ts";

const EXAMPLES: readonly Example[] = [
  ["hermes profile use coder", "Commands without -p act for 'coder' from now on"],
  ["hermes profile use default", "Return to the root profile"],
];

/** `hermes profile use NAME`: the profile of every command that names none. */
export function profileUse(app: App): Command {
  return command({ name: EXISTING_PROFILE }, EXAMPLES, (args) => {
    const { host, home } = app;
    const name = requireProfileName(args.name);
    requireProfile(app, name, "use");
    writeCurrentProfile(host, home.root, name);
    host.output.result(`Now using profile '${name}'\n`);
    const { currentProfile } = home;
    if (currentProfile !== null && currentProfile !== name) {
      const message = `HERMES_HOME names profile '${currentProfile}' here, and comes first`;
      createMessages(host).warn(message);
    }
  });
}
