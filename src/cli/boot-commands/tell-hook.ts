import { tellHook } from "../../gateway/event-hook.ts";
import type { App } from "../app.ts";
import { bootCommand, type Command } from "../command.ts";
import { becomeHermes } from "../../boot/drop-root.ts";

/** `hermes-boot tell-hook`: tells `hooks/gateway-event` of the events that wait, as hermes. */
export function tellHookCommand(app: App): Command {
  return bootCommand({}, async () => {
    becomeHermes(app.host);
    await tellHook(app.host, app.home.root);
  });
}
