import { prepareLog } from "../../gateway/log-command.ts";
import { requireProfileName } from "../../profiles/store.ts";
import { findS6Program } from "../../services/s6/programs.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";
import { environmentOf } from "../commands/environment.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

/** `hermes-boot log NAME`: becomes s6-log on the gateway's log directory. */
export function log(app: App): Command {
  return bootCommand({ name: NAME }, (args) => {
    const { host, home } = app;
    const script = prepareLog(host, home.root, requireProfileName(args.name));
    const program = findS6Program(host, "s6-log");
    return host.processes.replaceProcess([program, "-p", "--", ...script], environmentOf(app));
  });
}
