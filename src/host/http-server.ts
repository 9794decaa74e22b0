import { existsSync } from "node:fs";
import { removeFile } from "./file-system.ts";

/** Seconds of silence in which a client must begin with its request, or with the next one. */
const IDLE_LIMIT_S = 10;
/** Seconds of silence in the middle of a request. */
const REQUEST_LIMIT_S = 60;
/**
 * Has no effect on a Unix socket in Bun 1.4.4, which ends an answer after 10 s of silence; without any limit only this
 * user could hold connections open. Bun's types do not know this option there.
 */
const NO_LIMIT: object = { idleTimeout: 0 };
/** 1 TiB: if Bun refuses a request, the client gets no message of ours. Handlers set lower limits. */
const MOST_BYTES = 1_099_511_627_776;

/** Answers a request, whose `signal` is aborted when the client goes away; after `takeTime()` without a time limit. */
export type RequestHandler = (request: Request, takeTime: () => void) => Promise<Response>;

/** A running server whose requests a room answers. */
export interface RequestServer {
  /** Takes no new request, waits at most `limitMs` (0) for running ones, then closes all connections. */
  readonly close: (limitMs?: number) => Promise<void>;
}

export interface RequestServerOptions {
  readonly handle: RequestHandler;
  /** Gets an error that a handler throws, which is a bug; the client gets 500 and nothing else. */
  readonly onBug: (error: unknown) => void;
}

type Listen =
  | { readonly unix: string }
  | {
      readonly hostname: string;
      readonly port: number;
      readonly reusePort: false;
      readonly idleTimeout: number;
    };

function serve(listen: Listen, { handle, onBug }: RequestServerOptions): RequestServer {
  const server = Bun.serve({
    ...listen,
    // Without this the answer to a failure would be a page with our sources in it.
    development: false,
    maxRequestBodySize: MOST_BYTES,
    fetch: (request: Request) => {
      server.timeout(request, REQUEST_LIMIT_S);
      return handle(request, () => server.timeout(request, 0));
    },
    error: (error) => {
      onBug(error);
      return new Response(null, { status: 500 });
    },
  });
  return {
    close: async (limitMs = 0) => {
      if (limitMs === 0) return server.stop(true);
      // A timer that is still pending would keep the process alive.
      const limit = setTimeout(() => void server.stop(true), limitMs);
      await server.stop();
      clearTimeout(limit);
    },
  };
}

/** Serves on a TCP address. Throws if the address is not free. */
export function serveRequestsOnAddress(
  address: { readonly host: string; readonly port: number },
  options: RequestServerOptions,
): RequestServer {
  // Without this Bun 1.4.4 would share the address with a process that has it already.
  const listen = { hostname: address.host, port: address.port, reusePort: false } as const;
  return serve({ ...listen, idleTimeout: IDLE_LIMIT_S }, options);
}

/** Serves on a Unix socket, which is removed before and after. The caller must own the path. */
export function serveRequestsOnSocket(path: string, options: RequestServerOptions): RequestServer {
  removeFile(path);
  const server = serve({ unix: path, ...NO_LIMIT }, options);
  return {
    close: async () => {
      await server.close();
      if (existsSync(path)) removeFile(path);
    },
  };
}
