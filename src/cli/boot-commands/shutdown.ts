import { shutDown } from "../../boot/shutdown.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";

/** `hermes-boot shutdown`: returns when every gateway and the main program are down, within the budget. */
export function shutdown(app: App): Command {
  return bootCommand({}, async () => {
    await shutDown(app.host);
  });
}
