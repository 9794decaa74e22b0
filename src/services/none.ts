import { AppError } from "../core/errors.ts";
import type { ServiceManager } from "./manager.ts";

function refuse(what: string): never {
  throw new AppError("unsupported", `Cannot ${what}: no service manager runs here`, {
    hint: "run the gateway in the foreground with `hermes gateway run`",
  });
}

/** The manager of a machine without one: it knows no gateway and says how to run one by hand. */
export function createNoServiceManager(): ServiceManager {
  return {
    kind: "none",
    description: "none (gateways run in the foreground)",
    start: async (name) => refuse(`start gateway '${name}'`),
    stop: async (name) => refuse(`stop gateway '${name}'`),
    restart: async (name) => refuse(`restart gateway '${name}'`),
    isRunning: async () => false,
    supportsRuntimeRegistration: () => false,
    registerProfileGateway: async (name) => refuse(`register gateway '${name}'`),
    unregisterProfileGateway: async (name) => refuse(`unregister gateway '${name}'`),
    listProfileGateways: () => [],
    readGateway: async () => null,
  };
}
