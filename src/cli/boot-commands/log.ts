import { OUTPUT_ONLY, prepareLog } from "../../gateway/log-command.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { gatewayLogDirectory } from "../../profiles/paths.ts";
import { requireProfileName } from "../../profiles/store.ts";
import { scanDirectory, slotPath } from "../../services/s6/layout.ts";
import { awaitLogDirectory } from "../../services/s6/log-lock.ts";
import { findS6Program } from "../../services/s6/programs.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { environmentOf } from "../commands/environment.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

/** Two containers on one volume: the second one's gateway must not stand still because nobody reads what it says. */
async function chooseLog(
  { host, home }: App,
  name: ProfileName,
  script: readonly string[],
): Promise<readonly string[]> {
  const directory = gatewayLogDirectory(home.root, name);
  if (!script.includes(directory)) return script;
  const slot = slotPath(scanDirectory(host), name);
  if (await awaitLogDirectory(host, slot, directory)) return script;
  host.output.note(
    `warning: gateway '${name}' logs to the container's output only, for another container writes ${directory}: give each container a volume of its own`,
  );
  return OUTPUT_ONLY;
}

/** `hermes-boot log NAME`: becomes s6-log on the gateway's log directory. */
export function log(app: App): Command {
  return bootCommand({ name: NAME }, async (args) => {
    const { host, home } = app;
    const name = requireProfileName(args.name);
    const script = await chooseLog(app, name, prepareLog(host, home.root, name));
    const program = findS6Program(host, "s6-log");
    return host.processes.replaceProcess([program, "-p", "--", ...script], environmentOf(app));
  });
}
