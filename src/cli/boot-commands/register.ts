import { ExitCode } from "../../core/errors.ts";
import { closedFailure } from "../../gateway/refusals.ts";
import { registerExisting, unregisterExisting } from "../../gateway/registrar-requests.ts";
import { parseRegistrarRequest } from "../../services/s6/registrar-server.ts";
import type { App } from "../app.ts";
import { rawCommand, type Command } from "../command-type.ts";
import { bootCommand } from "../command.ts";

const NAME = { type: "positional", description: "The profile's name", required: true } as const;

async function perform(
  app: App,
  { verb, name }: ReturnType<typeof parseRegistrarRequest>,
): Promise<number> {
  const gateways = await app.gateways();
  if (verb === "unregister") await unregisterExisting(gateways, name);
  else await registerExisting(app.host, app.home.root, gateways, name);
  return ExitCode.done;
}

/**
 * `hermes-boot register NAME`: publishes the profile's slot, down; succeeds if it is registered already.
 */
export function register(app: App): Command {
  return bootCommand({ name: NAME }, ({ name }) =>
    perform(app, parseRegistrarRequest(["register", name])),
  );
}

/** `hermes-boot unregister NAME`: the profile's gateway down, its slot gone. */
export function unregister(app: App): Command {
  return bootCommand({ name: NAME }, ({ name }) =>
    perform(app, parseRegistrarRequest(["unregister", name])),
  );
}

/**
 * The program that the registrar's server runs as root. Its words come from the client, and all are validated. It takes
 * away no gateway that only root may control.
 */
export function registrar(app: App): Command {
  return rawCommand(async (rawArgs) => {
    const request = parseRegistrarRequest(rawArgs);
    const { verb, name } = request;
    if (verb === "unregister") {
      const { manager } = await app.gateways();
      if (manager.readAccess(name) === "root-only") throw closedFailure(name, verb);
    }
    return perform(app, request);
  });
}
