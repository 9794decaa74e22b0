import { AppError } from "../../core/errors.ts";
import type { ServiceManager } from "../manager.ts";

/** Ends a command that needs a service manager. */
export function refuseWithoutManager(what: string): never {
  throw new AppError("unsupported", `Cannot ${what}: no service manager runs here`, {
    hint: "run the gateway in the foreground with `hermes gateway run`",
  });
}

/** The manager of a machine without one: it knows no gateway and says how to run one by hand. */
export function createNoServiceManager(): ServiceManager {
  return {
    kind: "none",
    description: "none (gateways run in the foreground)",
    start: async (name) => refuseWithoutManager(`start gateway '${name}'`),
    stop: async (name) => refuseWithoutManager(`stop gateway '${name}'`),
    restart: async (name) => refuseWithoutManager(`restart gateway '${name}'`),
    suspend: async () => undefined,
    isRunning: async () => false,
    supportsRuntimeRegistration: () => false,
    registerProfileGateway: async (name) => refuseWithoutManager(`register gateway '${name}'`),
    unregisterProfileGateway: async (name) => refuseWithoutManager(`unregister gateway '${name}'`),
    listProfileGateways: () => [],
    readGateway: async () => null,
    readGateways: async (names) => names.map(() => ({ kind: "not-registered" })),
    isLoggerUp: () => null,
    findUnsupervised: () => null,
    readStaticServices: async () => [],
  };
}
