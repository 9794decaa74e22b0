import { addressOfUrl, isLoopback } from "../core/addresses.ts";
import { AppError } from "../core/errors.ts";
import { isJsonObject, parseJson } from "../core/json.ts";
import { toPrintable } from "../core/printable.ts";
import type { HttpFailure, HttpFailureKind } from "../host/http-client.ts";
import type { ModelSettings } from "./config-values.ts";

/** The kind of a failure of the model's server or of a request to it. */
export type ModelFailureKind =
  | "unreachable"
  | "untrusted"
  | "silent"
  | "broken"
  | "aborted"
  | "key"
  | "no-such-model"
  | "not-an-api"
  | "busy"
  | "request"
  | "server";

interface ModelFailure {
  readonly kind: ModelFailureKind;
  readonly message: string;
  readonly hint: string;
  /** The server's status; null if there was none. */
  readonly status?: number;
  /** The server's `Retry-After`, as it was sent. */
  readonly retryAfter?: string | null;
}

/** A request to the model without a complete answer: a sentence and a hint. */
export class ModelError extends AppError {
  readonly kind: ModelFailureKind;
  readonly status: number | null;
  readonly retryAfter: string | null;

  constructor({ kind, message, hint, status, retryAfter }: ModelFailure, cause?: unknown) {
    super("model", message, { hint, cause });
    this.kind = kind;
    this.status = status ?? null;
    this.retryAfter = retryAfter ?? null;
  }
}

const LONGEST_SAYING = 300;

const KEY_HINT =
  "correct model.api_key in config.yaml, or run `hermes setup` (with `-p NAME` for a named profile)";

const UNREACHABLE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "no server listens there",
  EHOSTUNREACH: "there is no way to that host",
  ENETUNREACH: "there is no way to that network",
  ETIMEDOUT: "no connection could be made in time",
};

/** Bun's error codes for answers that are not HTTP. */
const BROKEN: Readonly<Record<string, string>> = {
  ResponseHeadersTooLarge: "the head of its answer is too long",
  Malformed_HTTP_Response: "its answer is not valid HTTP",
  UnsupportedContentEncoding: "it is compressed in a way that was not asked for",
  "inflate failed": "it is compressed, and cannot be unpacked",
  "unexpected end of file": "it is compressed, and ends in the middle",
};

type Wording = (model: ModelSettings, failure: HttpFailure) => ModelFailure;

function unreachable({ baseUrl }: ModelSettings, why: string, hint: string): ModelFailure {
  const message = `Cannot reach the model server at ${baseUrl}: ${why}`;
  return { kind: "unreachable", message, hint };
}

function isHere({ baseUrl }: ModelSettings): boolean {
  const url = URL.parse(baseUrl);
  return url !== null && isLoopback(addressOfUrl(url).hostname);
}

const BY_FAILURE: Readonly<Record<HttpFailureKind, Wording>> = {
  invalid: (model) =>
    unreachable(model, "this is not an address", "correct model.base_url in config.yaml"),
  "unknown-host": (model) =>
    unreachable(
      model,
      "there is no host of that name",
      "correct model.base_url in config.yaml, or look at the network's DNS",
    ),
  "no-connection": (model, { reason }) =>
    unreachable(
      model,
      UNREACHABLE[reason ?? ""] ?? reason ?? "no connection",
      isHere(model)
        ? "start it, or correct model.base_url; in a container this address is the container itself"
        : "start it, or correct model.base_url in config.yaml",
    ),
  "no-descriptor": (model) =>
    unreachable(
      model,
      "too many files and connections are open here",
      "close connections to this gateway, or raise the limit (docker run --ulimit nofile=65536)",
    ),
  certificate: (model, { reason }) => ({
    kind: "untrusted",
    message: `Cannot trust the model server at ${model.baseUrl}: its certificate is refused (${reason})`,
    hint: "name the file with your authority's certificate in NODE_EXTRA_CA_CERTS, or correct the server's",
  }),
  silent: (model) => ({
    kind: "silent",
    message: `Cannot get an answer from the model server at ${model.baseUrl}: it said nothing for ${model.timeoutMs / 1000} s`,
    hint: "it may still be loading the model: try again, or raise model.timeout in config.yaml",
  }),
  broken: (model, { reason }) => ({
    kind: "broken",
    message: `Cannot get the whole answer from the model server at ${model.baseUrl}: ${BROKEN[reason ?? ""] ?? "it hung up"}`,
    hint: "look into its log, and check whether it uses http:// or https://",
  }),
  aborted: (model) => ({
    kind: "aborted",
    message: `The request to the model server at ${model.baseUrl} was cut off`,
    hint: "ask again",
  }),
};

/** Describes a request that failed on the way. */
export function modelErrorOfFailure(model: ModelSettings, failure: HttpFailure): ModelError {
  const worded = BY_FAILURE[failure.kind](model, failure);
  return new ModelError({ ...worded, hint: withProxy(worded.hint, failure.proxy) }, failure);
}

function withProxy(hint: string, proxy: string | null): string {
  if (proxy === null) return hint;
  return `${hint}; ${proxy} is set: put the server's host into NO_PROXY if it needs no proxy`;
}

/** Returns the error of a stream that ended early or contained something unexpected. */
export function brokenAnswer(model: ModelSettings, what: string): ModelError {
  return new ModelError({
    kind: "broken",
    message: `Cannot get the whole answer from the model server at ${model.baseUrl}: ${what}`,
    hint: "look into its log, then ask again",
  });
}

/** Returns the error of a server that is no model's server. */
export function notAnApi(model: ModelSettings, status: number, what: string): ModelError {
  return new ModelError({
    kind: "not-an-api",
    status,
    message: `Cannot use ${model.baseUrl} as a model server: ${what}`,
    hint: "correct model.base_url in config.yaml: it usually ends with /v1",
  });
}

/** Returns the first of several errors: Google's servers and those of FastAPI send an array. */
function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

/** Returns the server's own message, safe for a terminal, and without the key. */
export function sayingOf(model: ModelSettings, text: string): string | null {
  const value = firstOf(parseJson(text));
  if (!isJsonObject(value)) return null;
  const error = firstOf(value["error"] ?? value["message"] ?? value["detail"]);
  const said = isJsonObject(error) ? (error["message"] ?? error["msg"]) : error;
  return typeof said === "string" ? makeSafe(model, said, LONGEST_SAYING) : null;
}

/** Makes a server's text safe for a terminal and a log, and removes the key, which some servers repeat. */
function makeSafe({ apiKey }: ModelSettings, said: string, longest: number): string {
  return toPrintable(apiKey === null ? said : said.replaceAll(apiKey, "***"), longest);
}

/** Returns true if the model does not exist, and not the path: servers report that, too, with 404 and JSON. */
function isAboutModel({ name }: ModelSettings, said: string): boolean {
  return said.includes(name) || /model|deployment/i.test(said);
}

/** Describes `Retry-After`: seconds, or a date (RFC 9110, 10.2.3). */
function when(model: ModelSettings, retryAfter: string | null): string {
  if (retryAfter === null) return "later";
  return /^\d{1,9}$/.test(retryAfter)
    ? `in ${retryAfter} s, as it says`
    : `after ${makeSafe(model, retryAfter, 40)}, as it says`;
}

/** An answer that is not a success. */
export interface Refusal {
  readonly status: number;
  /** The beginning of its body. */
  readonly text: string;
  readonly location: string | null;
  readonly retryAfter: string | null;
  /** The variable that names a proxy, if one is set. */
  readonly proxy: string | null;
}

/** Describes an answer of the server that is not a success. */
export function modelErrorOfRefusal(model: ModelSettings, refusal: Refusal): ModelError {
  const { status, text, location, retryAfter, proxy } = refusal;
  const { baseUrl, name, apiKey } = model;
  const said = sayingOf(model, text);
  const because = said === null ? "" : `: ${said}`;
  const at = `the model server at ${baseUrl}`;
  // An answer in the form of a model's server comes from one, and not from a proxy.
  const between = said === null ? proxy : null;
  const as = (kind: ModelFailureKind, message: string, hint: string) =>
    new ModelError({ kind, message, hint: withProxy(hint, between), status, retryAfter });
  if (status < 200 || status > 599) {
    return notAnApi(model, status, `it answers with the status ${status}, which is none of HTTP's`);
  }
  if (status >= 300 && status < 400) {
    const where = location === null ? "elsewhere" : `to ${makeSafe(model, location, 200)}`;
    return notAnApi(model, status, `it leads ${where} (${status})`);
  }
  if (status === 401 || status === 403) {
    const what = apiKey === null ? "asks for a key" : "refuses the key";
    const message = `Cannot use ${at}: it ${what} (${status})${because}`;
    return as("key", message, KEY_HINT);
  }
  if (status === 404 && said !== null && isAboutModel(model, said)) {
    const message = `Cannot use model '${name}' at ${baseUrl}: the server does not know it (404)${because}`;
    return as("no-such-model", message, "correct model.name or model.base_url in config.yaml");
  }
  if (status === 404 || status === 405) {
    return notAnApi(model, status, `there is nothing at /chat/completions (${status})${because}`);
  }
  if (status === 429) {
    const message = `Cannot get an answer from ${at}: it takes no more requests for now (429)${because}`;
    return as("busy", message, `try again ${when(model, retryAfter)}`);
  }
  if (status >= 500) {
    const message = `Cannot get an answer from ${at}: it failed (${status})${because}`;
    return as("server", message, "look into its log, then try again");
  }
  const message = `Cannot get an answer from ${at}: it refuses the request (${status})${because}`;
  return as("request", message, "read its message, and check model.name");
}
