import { closedFailure } from "../../gateway/refusals.ts";
import { parseRegistrarRequest } from "../../services/image/registrar-server.ts";
import type { App } from "../app.ts";
import { rawCommand } from "../raw-command.ts";
import type { Command } from "../command.ts";
import { register } from "./register.ts";

/**
 * The program that the registrar's server runs as root. Its words come from the client, and all are validated. It takes
 * away no gateway that only root may control.
 */
export function registrar(app: App): Command {
  return rawCommand(async (rawArgs) => {
    const { verb, name } = parseRegistrarRequest(rawArgs);
    if (verb === "unregister") {
      const { manager } = await app.gateways();
      if (manager.readAccess(name) === "root-only") throw closedFailure(name, verb);
    }
    return register(app, verb).run([name]);
  });
}
