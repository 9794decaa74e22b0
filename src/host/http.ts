import { existsSync } from "node:fs";
import { removeFile } from "./file-system.ts";

/** A running HTTP server. */
export interface HttpServer {
  /** Takes no new request, waits for running ones at most `limitMs`, then closes. */
  readonly close: (limitMs: number) => Promise<void>;
}

/** Answers the path of a GET request with a JSON body, or null for 404. */
export type JsonAnswer = (path: string) => unknown;

type Listen = { readonly unix: string } | { readonly hostname: string; readonly port: number };

function serve(listen: Listen, answer: JsonAnswer): HttpServer {
  const server = Bun.serve({
    ...listen,
    async fetch(request: Request) {
      if (request.method !== "GET") return new Response(null, { status: 405 });
      const body: unknown = await answer(new URL(request.url).pathname);
      return body === null ? new Response(null, { status: 404 }) : Response.json(body);
    },
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

/** Serves JSON on a TCP address. Throws where it cannot be had. */
export function serveOnAddress(
  address: { readonly host: string; readonly port: number },
  answer: JsonAnswer,
): HttpServer {
  return serve({ hostname: address.host, port: address.port }, answer);
}

/**
 * Serves JSON on a Unix socket. The caller must own the path: a socket that is left over there is
 * removed, and this one when it is closed.
 */
export function serveOnSocket(path: string, answer: JsonAnswer): HttpServer {
  removeFile(path);
  const server = serve({ unix: path }, answer);
  return {
    close: async (limitMs) => {
      await server.close(limitMs);
      if (existsSync(path)) removeFile(path);
    },
  };
}

/** GETs JSON from a Unix socket; null where nobody answers with JSON within `limitMs`. */
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
