import { killRest } from "../../boot/kill-rest.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { usageError } from "../usage-error.ts";

const ARGS = {
  grace: { type: "positional", description: "Milliseconds until SIGKILL", required: true },
} as const;

/** `hermes-boot kill-rest MILLISECONDS`, the end of the fallback init's shutdown: ends every process that is left. */
export function killRestCommand(app: App): Command {
  return bootCommand(ARGS, async ({ grace }) => {
    if (!/^\d{1,7}$/.test(grace)) {
      throw usageError(`'${grace}' is not a number of milliseconds`);
    }
    await killRest(app.host, Number(grace));
  });
}
