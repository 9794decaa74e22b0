import { isContainerTerminalSession, isTerminalSession } from "../../boot/detect-tui.ts";
import type { App } from "../app.ts";
import { rawCommand } from "../raw-command.ts";
import type { Command } from "../command.ts";

/** `hermes-boot detect-tui [-- ARGS…]`: exit 0 for a terminal session, 1 for none. */
export function detectTui(app: App): Command {
  return rawCommand(async (rawArgs) => {
    const { host } = app;
    if (rawArgs[0] === "--") {
      const given = rawArgs.slice(1);
      return isTerminalSession(given, host.environment, host.input.isTerminal()) ? 0 : 1;
    }
    return isContainerTerminalSession(host) ? 0 : 1;
  });
}
