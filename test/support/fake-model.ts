import * as v from "valibot";
import type { HttpClientRequest, HttpClientResponse } from "../../src/host/http-client.ts";
import type { ChatProfile } from "../../src/agent/chat/chat-profile.ts";
import { DEFAULT_PROFILE } from "../../src/profiles/name.ts";
import { FakeHost, type FakeHostOptions } from "./fake-host.ts";

const encoder = new TextEncoder();

const REQUEST = v.object({
  messages: v.array(v.object({ role: v.string(), content: v.string() })),
});

/** The profile of a chat with the model in memory. */
export const CHAT_PROFILE: ChatProfile = {
  name: DEFAULT_PROFILE,
  directory: "/vol",
  model: { baseUrl: "http://127.0.0.1:1/v1", name: "test", apiKey: null, timeoutMs: 1000 },
  soul: null,
};

/** A host whose requests the model in memory answers. */
export function hostWithModel(options: FakeHostOptions = {}) {
  const host = new FakeHost(options);
  return { host, fake: new FakeModel(host) };
}

/** A model in memory: what it was asked, and an answer that a test gives piece by piece. */
export class FakeModel {
  /** The messages of each request, as `role: content`. */
  readonly asked: (readonly string[])[] = [];
  aborted = 0;
  #pieces: string[] = [];
  #refusal: number | null = null;
  #next = Promise.withResolvers<void>();

  constructor(host: FakeHost) {
    host.answerHttp = (request) => this.#answer(request);
  }

  /** One more piece of the answer under way, or of the next. */
  say(text: string): void {
    this.#push(`data: ${JSON.stringify({ choices: [{ delta: { content: text } }] })}\n\n`);
  }

  finish(reason = "stop"): void {
    this.#push(`data: ${JSON.stringify({ choices: [{ finish_reason: reason }] })}\n\n`);
    this.#push("data: [DONE]\n\n");
  }

  /** A whole answer. */
  answer(text: string): void {
    this.say(text);
    this.finish();
  }

  /** The next request gets this status. */
  refuse(status: number): void {
    this.#refusal = status;
  }

  #push(piece: string): void {
    this.#pieces.push(piece);
    this.#next.resolve();
    this.#next = Promise.withResolvers<void>();
  }

  #answer({ body, signal }: HttpClientRequest): HttpClientResponse {
    const { messages } = v.parse(REQUEST, JSON.parse(String(body)));
    this.asked.push(messages.map(({ role, content }) => `${role}: ${content}`));
    const status = this.#refusal ?? 200;
    this.#refusal = null;
    const headers = new Headers({ "content-type": status === 200 ? "text/event-stream" : "" });
    const stream = status === 200 ? this.#stream(signal) : this.#nothing();
    return { status, headers, proxy: null, body: stream };
  }

  async *#nothing(): AsyncGenerator<Uint8Array, void, void> {
    yield encoder.encode("");
  }

  async *#stream(signal: AbortSignal | undefined): AsyncGenerator<Uint8Array, void, void> {
    const abort = Promise.withResolvers<void>();
    signal?.addEventListener("abort", () => abort.resolve());
    for (;;) {
      const piece = this.#pieces.shift();
      if (piece !== undefined) {
        yield encoder.encode(piece);
        if (piece.includes("[DONE]")) return;
        continue;
      }
      await Promise.race([this.#next.promise, abort.promise]);
      if (signal?.aborted === true) {
        this.aborted += 1;
        throw new Error("aborted");
      }
    }
  }
}
