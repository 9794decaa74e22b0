import type { ModelError, ModelFailureKind } from "./model-error.ts";

/** An error as OpenAI's API words it. */
export interface ApiError {
  readonly message: string;
  readonly type:
    | "invalid_request_error"
    | "authentication_error"
    | "rate_limit_error"
    | "server_error";
  readonly code: string;
}

/** Renders the body of an error answer, or of an error in the middle of a stream. */
export function renderApiError(error: ApiError): string {
  const { message, type, code } = error;
  return JSON.stringify({ error: { message, type, param: null, code } });
}

/** Returns an answer that consists of an error. */
export function respondWithError(
  status: number,
  error: ApiError,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(renderApiError(error), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/**
 * The statuses that a client gets for failures of the model's server, if not 502. A wrong key of ours is not the
 * client's fault, so 401 would mislead it.
 */
const STATUSES: Readonly<Partial<Record<ModelFailureKind, number>>> = {
  silent: 504,
  aborted: 503,
  busy: 429,
  request: 400,
};

function typeOf(kind: ModelFailureKind): ApiError["type"] {
  if (kind === "busy") return "rate_limit_error";
  return kind === "request" ? "invalid_request_error" : "server_error";
}

/** Returns a failure of the model's server in the words of the API. */
export function apiErrorOfModel({ kind, message }: ModelError): ApiError {
  return { message, type: typeOf(kind), code: `model_${kind.replaceAll("-", "_")}` };
}

/** Answers a request that the model's server could not. */
export function respondWithModelError(error: ModelError): Response {
  const { kind, status, retryAfter } = error;
  const isClients = status !== null && status >= 400 && status < 500;
  const code = kind === "request" && isClients ? status : (STATUSES[kind] ?? 502);
  const headers = retryAfter === null ? {} : { "retry-after": retryAfter };
  return respondWithError(code, apiErrorOfModel(error), headers);
}
