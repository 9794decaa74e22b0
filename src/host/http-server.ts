import { existsSync } from "node:fs";
import { removeFile } from "./file-system.ts";

/** Seconds of silence in which a client must begin with its request, or with the next one. */
const IDLE_LIMIT_S = 10;
/** Seconds of silence in the middle of a request. */
const REQUEST_LIMIT_S = 60;
/**
 * On a Unix socket `takeTime` has no effect in Bun 1.4.4, which ends an answer after 10 s of silence; without
 * any limit only this user could hold connections open. Its types do not know that this option works there.
 */
const NO_LIMIT: object = { idleTimeout: 0 };
/** Bytes of a request that Bun takes at all, 1 TiB: what Bun refuses gets no word of ours. Who answers wants less. */
const MOST_BYTES = 1_099_511_627_776;

/**
 * Answers a request, whose `signal` is aborted when the client goes away. From the call of `takeTime` on
 * the answer may take as long as it needs.
 */
export type RequestHandler = (request: Request, takeTime: () => void) => Promise<Response>;

/** A server for whose requests a room answers. */
export interface RequestServer {
  /** Closes it with all its connections. */
  readonly close: () => Promise<void>;
}

export interface RequestServerOptions {
  readonly handle: RequestHandler;
  /** Gets what a handler throws, which is a bug; the client gets 500 and nothing else. */
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
    // Without this a failure would be answered with a page that has our sources in it.
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
  return { close: () => server.stop(true) };
}

/** Serves on a TCP address. Throws where it cannot be had. */
export function serveRequestsOnAddress(
  address: { readonly host: string; readonly port: number },
  options: RequestServerOptions,
): RequestServer {
  // Outside of development Bun 1.4.4 would share the address with whoever has it already.
  const listen = { hostname: address.host, port: address.port, reusePort: false } as const;
  return serve({ ...listen, idleTimeout: IDLE_LIMIT_S }, options);
}

/**
 * Serves on a Unix socket. The caller must own the path: a socket that is left over there is removed, and
 * this one when it is closed.
 */
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
