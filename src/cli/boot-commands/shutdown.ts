import { shutDown } from "../../boot/shutdown.ts";
import type { App } from "../app.ts";
import type { Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

/** `hermes-boot shutdown`: returns when every gateway and the main program are down, within the budget. */
export function shutdown(app: App): Command {
  return bootCommand({}, async () => {
    await shutDown(app.host);
  });
}
