import { existsSync } from "node:fs";
import { removeFile } from "./file-system.ts";

/** An HTTP server on a Unix socket. */
export interface SocketServer {
  /** Waits for running requests, at most `limitMs`, then closes and removes the socket. */
  readonly close: (limitMs: number) => Promise<void>;
}

/**
 * Serves JSON on a Unix socket: `answer` gets the path of a GET request and returns the body, or null
 * for 404. The caller must own the path: a socket that is left over there is removed.
 */
export function serveOnSocket(path: string, answer: (path: string) => unknown): SocketServer {
  removeFile(path);
  const server = Bun.serve({
    unix: path,
    fetch(request) {
      if (request.method !== "GET") return new Response(null, { status: 405 });
      const body = answer(new URL(request.url).pathname);
      return body === null ? new Response(null, { status: 404 }) : Response.json(body);
    },
  });
  return {
    close: async (limitMs) => {
      // A timer that is still pending would keep the process alive.
      const limit = setTimeout(() => void server.stop(true), limitMs);
      await server.stop();
      clearTimeout(limit);
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
