import { isOwnHost, pathOfRequest } from "../core/addresses.ts";
import type { Host } from "../host/host.ts";
import { respondWithError, type ApiError } from "./api-error.ts";
import { answerCompletion, STOPPING } from "./completions.ts";
import type { ModelSettings } from "./config-values.ts";
import { RunningRequests } from "./running-requests.ts";

/** The kind of listener that took a request. Only the gateway's own user can open the Unix socket. */
export type Listener = "socket" | "tcp";

/** The facts that the API of a gateway depends on. */
export interface ApiOptions {
  /** The model, or the reason why there is none. */
  readonly model: ModelSettings | string;
  readonly soul: string | null;
  readonly token: string | null;
}

/** Requests at a time: Bun 1.4.4 sends 256, and further ones would wait unseen. */
const MOST_RUNNING = 250;

/** Milliseconds for the last message to clients whose requests are cut off. */
const CUT_LIMIT_MS = 500;

function fail(
  status: number,
  message: string,
  code: string,
  type: ApiError["type"] = "invalid_request_error",
  headers: Readonly<Record<string, string>> = {},
): Response {
  return respondWithError(status, { message, type, code }, headers);
}

/** Returns true if a web page may have sent this: without a token any page in a local browser could use the gateway. */
function comesFromPage(headers: Headers): boolean {
  return headers.get("origin") !== null || headers.get("sec-fetch-site") !== null;
}

/** Returns true if a request has the token (`Authorization: Bearer …`, RFC 6750), by a constant-time comparison. */
export function hasToken(headers: Headers, token: string): boolean {
  const [, shown = ""] = /^Bearer +(\S+) *$/i.exec(headers.get("authorization") ?? "") ?? [];
  const [one, other] = [Buffer.from(shown), Buffer.from(token)];
  return one.length === other.length && crypto.timingSafeEqual(one, other);
}

/** The OpenAI-compatible API of a gateway. */
export class GatewayApi {
  readonly #host: Host;
  readonly #options: ApiOptions;
  readonly #running = new RunningRequests();
  #draining = false;

  constructor(host: Host, options: ApiOptions) {
    this.#host = host;
    this.#options = options;
  }

  /** Refuses a request that may not even ask for `/health`; returns null if it may. */
  refuse({ headers }: Request, listener: Listener): Response | null {
    if (listener === "socket" || this.#options.token !== null) return null;
    // HTTP/1.0 has no such header, and no browser speaks it.
    if (isOwnHost(headers.get("host") ?? "localhost")) return null;
    const message =
      "Without gateway.token this gateway answers to an IP address or localhost only, not to other names";
    return fail(403, message, "host_refused");
  }

  /** Answers one request other than `/health`; calls `takeTime` once it is read. */
  async answer(request: Request, listener: Listener, takeTime: () => void): Promise<Response> {
    const refused = listener === "tcp" ? this.#refuseCaller(request.headers) : null;
    if (refused !== null) return refused;
    if (this.#draining) return respondWithError(503, STOPPING, { connection: "close" });
    const pathname = pathOfRequest(request.url);
    if (pathname === "/v1/models") return this.#onlyFor("GET", request, () => this.#models());
    if (pathname === "/v1/chat/completions") {
      return this.#onlyFor("POST", request, () => this.#complete(request, takeTime));
    }
    return fail(404, `There is nothing at ${pathname}`, "unknown_url");
  }

  /** Refuses every request from now on; running ones get `limitMs` and are then cut off. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    const idle = this.#running.idle();
    if (await this.#host.clock.within(limitMs, idle)) return;
    this.#running.cutAll();
    await this.#host.clock.within(CUT_LIMIT_MS, idle);
  }

  #refuseCaller(sent: Headers): Response | null {
    const { token } = this.#options;
    if (token === null) {
      if (!comesFromPage(sent)) return null;
      const message = "A web page may use this gateway only if gateway.token is set";
      return fail(403, message, "origin_refused");
    }
    if (hasToken(sent, token)) return null;
    const message = "This gateway needs a token: Authorization: Bearer …";
    const headers = { "www-authenticate": "Bearer" };
    return fail(401, message, "invalid_api_key", "authentication_error", headers);
  }

  #onlyFor(
    method: string,
    request: Request,
    answer: () => Response | Promise<Response>,
  ): Response | Promise<Response> {
    if (request.method === method) return answer();
    const message = `${request.method} is not possible here, only ${method}`;
    return fail(405, message, "method_not_allowed", "invalid_request_error", { allow: method });
  }

  #models(): Response {
    const { model } = this.#options;
    const models = typeof model === "string" ? [] : [model.name];
    const data = models.map((id) => ({ id, object: "model", created: 0, owned_by: "hermes" }));
    return Response.json({ object: "list", data });
  }

  #complete(request: Request, takeTime: () => void): Response | Promise<Response> {
    const { model, soul } = this.#options;
    if (typeof model === "string") return fail(503, model, "model_not_configured", "server_error");
    if (this.#running.count >= MOST_RUNNING) {
      const message = `This gateway answers ${MOST_RUNNING} requests already; try again`;
      return fail(503, message, "gateway_busy", "server_error");
    }
    const run = this.#running.begin(request.signal);
    return answerCompletion(this.#host, { model, soul, takeTime }, request, run);
  }
}
