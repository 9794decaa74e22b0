import { ExitCode } from "../../core/errors.ts";
import { prepareStart } from "../../gateway/before-start.ts";
import { requireProfileName } from "../../profiles/store.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

const ARGS = {
  name: { type: "positional", description: "The profile's name", required: true },
  pid: { type: "positional", description: "The supervised process", required: true },
} as const;

/** `hermes-boot before-start NAME PID`: prints the seconds that the start has to wait. */
export function beforeStart(app: App): Command {
  return bootCommand(ARGS, (args) => {
    const { host } = app;
    const waitMs = prepareStart(host, requireProfileName(args.name), Number(args.pid));
    host.output.result(`${waitMs / 1000}\n`);
    return ExitCode.done;
  });
}
