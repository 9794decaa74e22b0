import type { Host } from "../host/host.ts";
import { isEventStream } from "./response-format.ts";
import {
  apiErrorOfModel,
  renderApiError,
  respondWithError,
  respondWithModelError,
  type ApiError,
} from "./api-error.ts";
import { prepareCompletion } from "./completion-request.ts";
import type { ModelSettings } from "./config-values.ts";
import { readText, requestCompletion, type RawAnswer } from "./model-client.ts";
import { brokenAnswer, ModelError } from "./model-error.ts";
import type { RunningRequest } from "./running-requests.ts";
import { StreamEnd } from "./stream-end.ts";

/** Bytes of a request; conversations with pictures in them are large. */
const LONGEST_BODY = 16_777_216;

/** Reads the text of a request's body; null if it is too long. */
async function readBody({ headers, body }: Request): Promise<string | null> {
  if (Number(headers.get("content-length") ?? "0") > LONGEST_BODY) return null;
  return body === null ? "" : readText(body, LONGEST_BODY);
}

/** The model and the settings that answer a completion. */
export interface Completer {
  readonly model: ModelSettings;
  readonly soul: string | null;
  /** Called once the request is read: its answer may take any time. */
  readonly takeTime: () => void;
}

/** The error for clients whose requests the gateway cannot finish because it stops. */
export const STOPPING: ApiError = {
  message: "This gateway is stopping; ask again when it is back",
  type: "server_error",
  code: "gateway_stopping",
};

/** Milliseconds for the last event of a stream that breaks off. */
const PARTING_MS = 300;

/** Returns the error for the client of a failed request; null if the client is gone. */
function explain(host: Host, run: RunningRequest, error: unknown): ApiError | null {
  if (run.cut()) return STOPPING;
  if (run.signal.aborted) return null;
  if (!(error instanceof ModelError)) throw error;
  host.output.note(`warning: ${error.message}`);
  return apiErrorOfModel(error);
}

/**
 * Passes an answer on as it arrives. If it breaks off, an event has the reason, and the connection breaks off too, so
 * that no client takes the answer for complete.
 */
async function* passOn(
  host: Host,
  model: ModelSettings,
  answer: RawAnswer,
  run: RunningRequest,
): AsyncGenerator<Uint8Array, void, void> {
  const isStream = isEventStream(answer.contentType);
  const end = new StreamEnd();
  try {
    for await (const piece of answer.body) {
      end.push(piece);
      yield piece;
    }
    // Without a length, a connection that is reset ends the body as if it were whole.
    if (isStream && !end.isWhole()) throw brokenAnswer(model, "it ended in the middle");
  } catch (error) {
    const why = explain(host, run, error);
    if (why !== null && isStream) {
      yield new TextEncoder().encode(`\n\ndata: ${renderApiError(why)}\n\n`);
      // Breaking off discards data that has not been sent yet.
      await host.clock.sleep(PARTING_MS);
    }
    throw error;
  } finally {
    run.end();
  }
}

/** Answers `POST /v1/chat/completions`; `run` ends when the answer has. */
export async function answerCompletion(
  host: Host,
  { model, soul, takeTime }: Completer,
  request: Request,
  run: RunningRequest,
): Promise<Response> {
  let handedOn = false;
  try {
    const text = await readBody(request);
    if (text === null) {
      const message = `The body is longer than ${LONGEST_BODY / 1_048_576} MiB`;
      return respondWithError(413, { message, type: "invalid_request_error", code: "too_large" });
    }
    takeTime();
    const prepared = prepareCompletion(text, model.name, soul);
    if (!prepared.ok) return respondWithError(prepared.status, prepared.error);
    const answer = await requestCompletion(host, model, prepared.body, { signal: run.signal });
    const headers = { "content-type": answer.contentType, "cache-control": "no-cache" };
    handedOn = true;
    // Bun takes an async generator as a body, waits for a slow reader, and ends it when the client goes.
    return new Response(passOn(host, model, answer, run), { status: answer.status, headers });
  } catch (error) {
    const why = explain(host, run, error);
    if (why === STOPPING || why === null) return respondWithError(503, STOPPING);
    if (!(error instanceof ModelError)) throw error;
    return respondWithModelError(error);
  } finally {
    if (!handedOn) run.end();
  }
}
