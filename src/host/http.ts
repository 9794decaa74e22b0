import { isLoopback, isOwnHost, pathOfRequest } from "../core/addresses.ts";
import { serveRequestsOnAddress, type RequestServer } from "./http-server.ts";

/** Answers the path of a GET request with a JSON body, or null for 404. */
export type JsonAnswer = (path: string) => unknown;

/**
 * Serves JSON on a TCP address. Throws if the address is not free. On loopback a request for another name than
 * localhost is refused: a web page whose name was made to lead here would read the answer.
 */
export function serveOnAddress(
  address: { readonly host: string; readonly port: number },
  answer: JsonAnswer,
): RequestServer {
  const isPrivate = isLoopback(address.host);
  const handle = async (request: Request) => {
    if (isPrivate && !isOwnHost(request.headers.get("host") ?? "localhost")) {
      const refusal = "The dashboard answers to an IP address or localhost only\n";
      return new Response(refusal, { status: 403 });
    }
    if (request.method !== "GET") return new Response(null, { status: 405 });
    const body: unknown = await answer(pathOfRequest(request.url));
    return body === null ? new Response(null, { status: 404 }) : Response.json(body);
  };
  return serveRequestsOnAddress(address, { handle, onBug: () => undefined });
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
