import type { BuiltInAgent } from "../agent/built-in.ts";
import { hostInUrl, pathOfRequest } from "../core/addresses.ts";
import { AppError, messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { RequestServer, RequestServerOptions } from "../host/http-server.ts";

/** The addresses on which a gateway answers, and its health. */
export interface ListenOptions {
  readonly socket: string;
  readonly agent: BuiltInAgent;
  /** Returns the answer to `GET /health` about the gateway itself. */
  readonly health: () => Readonly<Record<string, unknown>>;
}

const ADDRESS_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: "something else listens there already",
  EADDRNOTAVAIL: "this machine has no such address",
  EINVAL: "this machine has no such address",
  EACCES: "this user may not listen there; ports below 1024 are often root's",
};

const HEALTH_HEADERS = { "cache-control": "no-store" } as const;

function optionsFor(
  host: Host,
  listener: "socket" | "tcp",
  { agent, health }: ListenOptions,
): RequestServerOptions {
  return {
    handle: async (request, takeTime) => {
      const refused = agent.refuse(request, listener);
      if (refused !== null) return refused;
      const pathname = pathOfRequest(request.url);
      if (pathname === "/health" && ["GET", "HEAD"].includes(request.method)) {
        return Response.json({ ...health(), ...agent.health }, { headers: HEALTH_HEADERS });
      }
      return agent.answer(request, listener, takeTime);
    },
    onBug: (error) => host.output.note(`✗ A request failed: ${messageOf(error)}`),
  };
}

async function wordAddressError(
  host: Host,
  address: { readonly host: string; readonly port: number },
  error: unknown,
): Promise<AppError> {
  const { isKnownHost } = await host.loadHttp();
  const code = host.files.errorCode(error);
  const reason = (await isKnownHost(address.host))
    ? (ADDRESS_REASONS[code ?? ""] ?? code ?? messageOf(error))
    : "no host of that name is known here";
  const where = `${hostInUrl(address.host)}:${address.port}`;
  return new AppError("configuration", `Cannot listen on ${where}: ${reason}`, {
    hint: "correct gateway.host and gateway.port in config.yaml, or end what has the port",
    cause: error,
  });
}

/**
 * Opens a gateway's socket, and its address if it has one. Throws if one cannot be had, with exit code 78 for the
 * address, and then leaves none open.
 */
export async function listen(
  host: Host,
  options: ListenOptions,
): Promise<readonly RequestServer[]> {
  const { serveRequestsOnAddress, serveRequestsOnSocket } = await host.loadHttpServer();
  const servers: RequestServer[] = [];
  const { address } = options.agent;
  if (address !== null) {
    try {
      servers.push(serveRequestsOnAddress(address, optionsFor(host, "tcp", options)));
    } catch (error) {
      throw await wordAddressError(host, address, error);
    }
  }
  try {
    servers.push(serveRequestsOnSocket(options.socket, optionsFor(host, "socket", options)));
  } catch (error) {
    for (const server of servers) await server.close();
    const reason = host.files.errorCode(error) ?? messageOf(error);
    throw new AppError("io", `Cannot listen on the gateway's socket: ${reason}`, { cause: error });
  }
  return servers;
}
