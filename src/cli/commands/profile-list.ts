import { ExitCode } from "../../core/errors.ts";
import { listProfiles } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command, Example } from "../command-type.ts";
import { command } from "../command.ts";

const JSON_FLAG = { type: "boolean", description: "Print JSON" } as const;

const EXAMPLES: readonly Example[] = [
  ["hermes profile list", "A name a line"],
  ["hermes profile list --json", "The same for programs"],
];

/** `hermes profile list`: a name a line, `default` first. */
export function profileList(app: App): Command {
  return command({ json: JSON_FLAG }, EXAMPLES, ({ json }) => {
    const profiles = listProfiles(app.host, app.home.root);
    const text = json
      ? `${JSON.stringify({ version: 1, current: app.profile, profiles }, null, 2)}\n`
      : profiles.map((name) => `${name}\n`).join("");
    app.host.output.result(text);
    return ExitCode.done;
  });
}
