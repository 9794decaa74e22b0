import { AppError } from "../../core/errors.ts";
import type { ProfileName } from "../../profiles/name.ts";
import type { ServiceManager } from "../manager.ts";

function requireSupport(what: string): never {
  throw new AppError("unsupported", `Cannot ${what}: no service manager runs here`, {
    hint: "run the gateway in the foreground with `hermes gateway run`",
  });
}

const refuse = (verb: string) => async (name: ProfileName) =>
  requireSupport(`${verb} gateway '${name}'`);

/** Returns the manager of a machine without one: it has no services, and says how to run a gateway by hand. */
export function createNoServiceManager(): ServiceManager {
  return {
    kind: "none",
    description: "none (gateways run in the foreground)",
    supportsRuntimeRegistration: () => false,
    requireSupport,
    publish: refuse("register"),
    remove: refuse("unregister"),
    up: refuse("start"),
    down: refuse("stop"),
    cycle: refuse("restart"),
    settle: refuse("stop"),
    endUnsupervised: refuse("stop"),
    readAccess: () => "hermes",
    allowHermes: () => undefined,
    status: async () => null,
    list: () => [],
    runsElsewhere: async () => false,
    endStuckLoggers: async () => undefined,
    readStaticServices: async () => [],
  };
}
