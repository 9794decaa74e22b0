import { isLoopback, isOwnHost, pathOfRequest } from "../core/addresses.ts";

/** A running HTTP server. */
export interface HttpServer {
  /** Takes no new request, waits for running ones at most `limitMs`, then closes. */
  readonly close: (limitMs: number) => Promise<void>;
}

/** Answers the path of a GET request with a JSON body, or null for 404. */
export type JsonAnswer = (path: string) => unknown;

/**
 * Serves JSON on a TCP address. Throws if the address is not free. On loopback a request for another name than
 * localhost is refused: a web page whose name was made to lead here would read the answer.
 */
export function serveOnAddress(
  address: { readonly host: string; readonly port: number },
  answer: JsonAnswer,
): HttpServer {
  const isPrivate = isLoopback(address.host);
  const server = Bun.serve({
    hostname: address.host,
    port: address.port,
    // Without this Bun 1.4.4 would share the address with a process that has it already.
    reusePort: false,
    // Without this the answer to a failure would be a page with our sources in it.
    development: false,
    async fetch(request: Request) {
      if (isPrivate && !isOwnHost(request.headers.get("host") ?? "localhost")) {
        return new Response("The dashboard answers to an IP address or localhost only\n", {
          status: 403,
        });
      }
      if (request.method !== "GET") return new Response(null, { status: 405 });
      const body: unknown = await answer(pathOfRequest(request.url));
      return body === null ? new Response(null, { status: 404 }) : Response.json(body);
    },
    error: () => new Response(null, { status: 500 }),
  });
  return {
    close: async (limitMs) => {
      // A timer that is still pending would keep the process alive.
      const limit = setTimeout(() => void server.stop(true), limitMs);
      await server.stop();
      clearTimeout(limit);
    },
  };
}

/**
 * Returns true if a host's name leads to an address; an address itself does. It is asked after a failed listen: if a
 * name leads nowhere, Bun 1.4.4 throws the system's last error, whatever it was.
 */
export async function isKnownHost(host: string): Promise<boolean> {
  try {
    return (await Bun.dns.lookup(host)).length > 0;
  } catch {
    return false;
  }
}

/** Gets JSON from a Unix socket; null if no JSON comes within `limitMs`. */
export async function requestFromSocket(
  socket: string,
  path: string,
  limitMs: number,
): Promise<unknown> {
  try {
    const response = await fetch(`http://localhost${path}`, {
      unix: socket,
      signal: AbortSignal.timeout(limitMs),
    });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
