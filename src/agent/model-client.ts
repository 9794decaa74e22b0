import { isJsonObject, parseJson } from "../core/json.ts";
import type { Host } from "../host/host.ts";
import type { HttpClientResponse, HttpFailure } from "../host/http-client.ts";
import { detectFormat } from "./response-format.ts";
import type { ModelSettings } from "./config-values.ts";
import {
  brokenAnswer,
  modelErrorOfFailure,
  modelErrorOfRefusal,
  notAnApi,
  sayingOf,
} from "./model-error.ts";
import { readEvents } from "./sse.ts";

/** One message of a conversation, in the form of OpenAI's API. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** An answer as the model's server sends it. */
export interface RawAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The pieces as they arrive. Throws `ModelError` if the answer breaks off. */
  readonly body: AsyncGenerator<Uint8Array, void, void>;
}

export interface RequestOptions {
  /** Cuts the request off, at the server's end too. */
  readonly signal?: AbortSignal;
  /** Called at the end of a complete answer, with the server's reason; "" for none. */
  readonly finished?: (reason: string) => void;
}

/** Milliseconds after which a silent server must at least take a connection. */
const CONNECT_MS = 10_000;
const LONGEST_REFUSAL = 65_536;
/** Milliseconds for the body of a refusal; its status is more useful. */
const REFUSAL_MS = 5000;
const LONGEST_ANSWER = 16_777_216;

function isHttpFailure(error: unknown): error is HttpFailure {
  return error instanceof Error && error.name === "HttpFailure";
}

function wordFailure(model: ModelSettings, error: unknown): unknown {
  return isHttpFailure(error) ? modelErrorOfFailure(model, error) : error;
}

async function* wordBody(
  model: ModelSettings,
  body: HttpClientResponse["body"],
): AsyncGenerator<Uint8Array, void, void> {
  try {
    yield* body;
  } catch (error) {
    throw wordFailure(model, error);
  }
}

/** Reads a text; null if it is longer than `limit` bytes: the rest is not read. */
export async function readText(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > limit) return null;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/**
 * Reads the beginning of a text: the part that comes within `LONGEST_REFUSAL` bytes and, by the piece, `REFUSAL_MS`.
 */
async function readRefusal({ clock }: Host, body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  const deadline = clock.elapsed() + REFUSAL_MS;
  let text = "";
  try {
    for await (const piece of body) {
      text += decoder.decode(piece, { stream: true });
      if (text.length > LONGEST_REFUSAL || clock.elapsed() > deadline) break;
    }
  } catch {
    // A refusal that breaks off is still a refusal.
  }
  return text;
}

/**
 * Sends a body to `/chat/completions` of the model's server and returns its answer as soon as it begins. Throws
 * `ModelError` if the status is not a success, or no answer comes.
 */
export async function requestCompletion(
  host: Host,
  model: ModelSettings,
  body: string,
  { signal }: RequestOptions = {},
): Promise<RawAnswer> {
  const { requestHttp } = await host.loadHttpClient();
  const response = await requestHttp({
    url: `${model.baseUrl}/chat/completions`,
    method: "POST",
    headers: {
      "content-type": "application/json",
      "user-agent": "hermes",
      ...(model.apiKey === null ? {} : { authorization: `Bearer ${model.apiKey}` }),
    },
    body,
    connectMs: CONNECT_MS,
    silenceMs: model.timeoutMs,
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw wordFailure(model, error);
  });
  const { status, headers, proxy } = response;
  const answer = wordBody(model, response.body);
  if (status >= 200 && status < 300) {
    return { status, contentType: headers.get("content-type") ?? "", body: answer };
  }
  throw modelErrorOfRefusal(model, {
    status,
    text: await readRefusal(host, answer),
    location: headers.get("location"),
    retryAfter: headers.get("retry-after"),
    proxy,
  });
}

/** Returns the first choice of an answer or of one of its pieces. */
function firstChoice(value: unknown): Readonly<Record<string, unknown>> | null {
  const choices = isJsonObject(value) ? value["choices"] : null;
  const first: unknown = Array.isArray(choices) ? choices[0] : null;
  return isJsonObject(first) ? first : null;
}

/** Returns true if an event is an error: OpenAI's form, and that of vLLM's older versions. */
function reportsError(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  return (value["error"] ?? null) !== null || value["object"] === "error";
}

/** Returns the text of a message; some servers give it in parts. */
function contentOf(message: unknown): string {
  const content = isJsonObject(message) ? message["content"] : null;
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((part: unknown) => (isJsonObject(part) ? part["text"] : null));
  return texts.filter((text) => typeof text === "string").join("");
}

function finishOf(choice: Readonly<Record<string, unknown>> | null): string {
  const reason = choice?.["finish_reason"];
  return typeof reason === "string" ? reason : "";
}

/** Returns the text of an answer that is not a stream. */
async function readWhole(
  model: ModelSettings,
  { status, body }: RawAnswer,
  finished: RequestOptions["finished"],
): Promise<string> {
  const text = await readText(body, LONGEST_ANSWER);
  if (text === null) throw brokenAnswer(model, "it is longer than 16 MiB");
  const value = parseJson(text);
  const choice = firstChoice(value);
  if (choice === null) {
    const said = sayingOf(model, text);
    if (said !== null) throw brokenAnswer(model, said);
    throw notAnApi(model, status, "its answer is not a completion");
  }
  finished?.(finishOf(choice));
  return contentOf(choice["message"]);
}

async function* readStream(
  model: ModelSettings,
  { body }: RawAnswer,
  finished: RequestOptions["finished"],
): AsyncGenerator<string, void, void> {
  let reason = "";
  let isDone = false;
  // Servers that count in UTF-16 may cut a character in two.
  let half = "";
  try {
    for await (const data of readEvents(body)) {
      isDone = data.trim() === "[DONE]";
      if (isDone) break;
      // Some servers send this to keep the connection.
      if (data.trim() === "") continue;
      const value = parseJson(data);
      if (reportsError(value)) {
        throw brokenAnswer(model, sayingOf(model, data) ?? "it reports an error");
      }
      if (value === undefined) throw brokenAnswer(model, "a piece of it is not JSON");
      const choice = firstChoice(value);
      const text = half + contentOf(choice?.["delta"]);
      half = /[\uD800-\uDBFF]$/.exec(text)?.[0] ?? "";
      if (text !== half) yield text.slice(0, text.length - half.length);
      reason = finishOf(choice) || reason;
    }
  } catch (error) {
    if (error instanceof RangeError) throw brokenAnswer(model, error.message);
    throw error;
  }
  if (!isDone && reason === "") throw brokenAnswer(model, "it ended in the middle");
  finished?.(reason);
}

/**
 * Asks the model and yields the text of its answer as it arrives. A server that cannot stream answers in one piece.
 * Throws `ModelError`. Leaving the loop early cuts the request off.
 */
export async function* streamChat(
  host: Host,
  model: ModelSettings,
  messages: readonly ChatMessage[],
  options: RequestOptions = {},
): AsyncGenerator<string, void, void> {
  const body = JSON.stringify({ model: model.name, messages, stream: true });
  const answer = await requestCompletion(host, model, body, options);
  const { isStream, body: all } = await detectFormat(answer.body, answer.contentType);
  const whole = { ...answer, body: all };
  if (isStream) yield* readStream(model, whole, options.finished);
  else yield await readWhole(model, whole, options.finished);
}
