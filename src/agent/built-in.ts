import { addressOfUrl, hostInUrl, isLoopback, isUnspecified } from "../core/addresses.ts";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { GatewayApi } from "./api.ts";
import { explainMissingModel, readAgentConfig, type AgentConfig } from "./config.ts";
import type { ModelSettings } from "./config-values.ts";
import { readSoul } from "./soul.ts";

/** The built-in agent of a gateway, which answers in its process. */
export interface BuiltInAgent extends Pick<GatewayApi, "refuse" | "answer" | "drain"> {
  /** The TCP address on which it listens; null if there is only the Unix socket. */
  readonly address: { readonly host: string; readonly port: number } | null;
  /** The facts that `/health` adds to the gateway's own state. */
  readonly health: Readonly<Record<string, string>>;
  /** Lines for the log, once it runs. */
  readonly notes: readonly string[];
}

/** Returns the model, or the reason why there is none, with the remedy. */
function modelOrProblem(config: AgentConfig): ModelSettings | string {
  const { message, hint } = explainMissingModel(config);
  return config.model ?? `${message}; ${hint}`;
}

/** Returns true if the model's address is the one of this gateway, which would ask itself for ever. */
function asksItself({ model, gateway }: AgentConfig): boolean {
  const url = model === null ? null : URL.parse(model.baseUrl);
  if (url === null) return false;
  const { hostname, port } = addressOfUrl(url);
  const isOurs =
    isLoopback(hostname) || isUnspecified(hostname) || hostname === gateway.host.toLowerCase();
  return isOurs && port === gateway.port;
}

function addressOf(config: AgentConfig): BuiltInAgent["address"] {
  const { path, gateway } = config;
  const { host, port, token } = gateway;
  if (port === null) return null;
  if (asksItself(config)) {
    const message = `Cannot use ${path}: model.base_url is the address of this gateway itself`;
    const hint = "set model.base_url to the model's server, or gateway.port to another port";
    throw new AppError("configuration", message, { hint });
  }
  if (isLoopback(host) || token !== null) return { host, port };
  const message = `Cannot listen on ${hostInUrl(host)}:${port}: anyone could use it, since gateway.token is not set in ${path}`;
  const hint = "set gateway.token to at least 16 characters, or gateway.host to 127.0.0.1";
  throw new AppError("configuration", message, { hint });
}

/**
 * Reads a profile's configuration once and makes its agent. Throws with exit code 78 if the configuration cannot be
 * used. Without a model it answers every question with the remedy.
 */
export async function loadBuiltInAgent(host: Host, profile: string): Promise<BuiltInAgent> {
  const config = await readAgentConfig(host, profile);
  const model = modelOrProblem(config);
  const address = addressOf(config);
  if (address !== null) {
    const { prepareHttpClient } = await host.loadHttpClient();
    await prepareHttpClient();
  }
  const soul = readSoul(host, profile);
  const api = new GatewayApi(host, { model, soul, token: config.gateway.token });
  const place =
    address === null ? "its socket only" : `http://${hostInUrl(address.host)}:${address.port}/v1`;
  return {
    address,
    health: typeof model === "string" ? { problem: model } : { model: model.name },
    notes: [
      ...config.warnings.map((warning) => `warning: ${warning}`),
      typeof model === "string"
        ? `warning: ${model}`
        : `Model '${model.name}' at ${model.baseUrl} answers on ${place}`,
    ],
    refuse: (request, listener) => api.refuse(request, listener),
    answer: (request, listener, takeTime) => api.answer(request, listener, takeTime),
    drain: (limitMs) => api.drain(limitMs),
  };
}
