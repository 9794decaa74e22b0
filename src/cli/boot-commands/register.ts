import { registerExisting, unregisterExisting } from "../../gateway/registrar-requests.ts";
import { parseRegistrarRequest } from "../../services/image/registrar-server.ts";
import type { App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { bootCommand, type Command } from "../command.ts";

/**
 * `hermes-boot register NAME` publishes the profile's slot, down, and succeeds if it is registered already;
 * `hermes-boot unregister NAME` brings the gateway down and removes its slot.
 */
export function register(app: App, verb: "register" | "unregister"): Command {
  return bootCommand({ name: PROFILE_NAME }, async (args) => {
    const { name } = parseRegistrarRequest([verb, args.name]);
    const gateways = await app.gateways();
    if (verb === "unregister") await unregisterExisting(gateways, name);
    else await registerExisting(app.host, app.home.root, gateways, name);
  });
}
