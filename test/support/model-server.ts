/**
 * A local OpenAI-compatible server with moods. The first part of the path says how it behaves:
 * `http://127.0.0.1:PORT/slow/v1` is the base URL of a slow one, `/v1` that of a good one. It runs in a
 * test's own process, or as a program of its own (`model-server-main.ts`).
 */

const encoder = new TextEncoder();

/** What the server saw of one request; `GET /requests` gives all of them. */
export interface SeenRequest {
  readonly mood: string;
  readonly authorization: string | null;
  readonly body: unknown;
  /** Whether the client went away before the answer was over. */
  aborted: boolean;
  finished: boolean;
}

export interface ModelServerOptions {
  readonly port?: number;
  readonly hostname?: string;
  /** Without it any key will do. */
  readonly key?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

export interface ModelServer extends Disposable {
  readonly port: number;
  /** The base URL of a mood, as OpenAI's clients take it. */
  readonly baseUrl: (mood?: string) => string;
  readonly requests: readonly SeenRequest[];
  readonly stop: () => void;
}

interface Asked {
  readonly text: string;
  readonly stream: boolean;
  readonly model: string;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** What was asked: the text of the last message. */
function parseAsked(body: unknown): Asked {
  const messages = isObject(body) && Array.isArray(body["messages"]) ? body["messages"] : [];
  const last: unknown = messages.at(-1);
  const content = isObject(last) ? last["content"] : "";
  return {
    text: typeof content === "string" ? content : JSON.stringify(content),
    stream: isObject(body) && body["stream"] === true,
    model: isObject(body) && typeof body["model"] === "string" ? body["model"] : "",
  };
}

function failure(status: number, message: string, headers: Record<string, string> = {}): Response {
  const error = { message, type: "test", code: `test_${status}` };
  return Response.json({ error }, { status, headers });
}

function event(model: string, delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const piece = { id: "c-1", object: "chat.completion.chunk", created: 0, model, choices };
  return `data: ${JSON.stringify(piece)}\n\n`;
}

/** The words of an answer: it repeats what it was asked. */
function wordsOf(text: string): readonly string[] {
  return `You said: ${text}`.match(/\S+\s*/g) ?? [];
}

/** How an answer arrives. */
interface Pace {
  readonly firstMs?: number;
  readonly betweenMs?: number;
  /** Hangs up, falls silent or reports an error after so many words. */
  readonly breakAfter?: number;
  readonly stallAfter?: number;
  /** How long it falls silent; for ever unless told otherwise. */
  readonly stallMs?: number;
  readonly errorAfter?: number;
  readonly words?: Iterable<string>;
  readonly noEnd?: boolean;
}

async function* streamWords(asked: Asked, pace: Pace): AsyncGenerator<Uint8Array> {
  const { text, model } = asked;
  if (pace.firstMs !== undefined) await Bun.sleep(pace.firstMs);
  yield encoder.encode(event(model, { role: "assistant", content: "" }));
  let count = 0;
  for (const word of pace.words ?? wordsOf(text)) {
    if (count === pace.breakAfter) throw new Error("hangs up");
    if (count === pace.stallAfter) await Bun.sleep(pace.stallMs ?? 3_600_000);
    if (count === pace.errorAfter) {
      yield encoder.encode(`data: {"error":{"message":"out of memory","type":"server"}}\n\n`);
      return;
    }
    if (pace.betweenMs !== undefined) await Bun.sleep(pace.betweenMs);
    yield encoder.encode(event(model, { content: word }));
    count += 1;
  }
  if (pace.noEnd === true) return;
  yield encoder.encode(event(model, {}, "stop"));
  yield encoder.encode("data: [DONE]\n\n");
}

function* numberWords(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1) yield `word-${index} `;
}

const PACES: Readonly<Record<string, Pace>> = {
  "": {},
  stream: {},
  slow: { firstMs: 300, betweenMs: 100 },
  patient: { betweenMs: 250, words: { [Symbol.iterator]: () => numberWords(400) } },
  broken: { betweenMs: 20, breakAfter: 2 },
  stalled: { stallAfter: 2 },
  // Longer than Bun's servers wait by themselves.
  thinking: { stallAfter: 2, stallMs: 14_000 },
  "error-event": { errorAfter: 2 },
  "no-end": { noEnd: true },
  // 300 words a millisecond or more: what one gateway has to carry.
  busy: { words: { [Symbol.iterator]: () => numberWords(300) } },
  paced: { firstMs: 50, betweenMs: 20, words: { [Symbol.iterator]: () => numberWords(100) } },
  // In UTF-16, as servers in JavaScript may count.
  halves: { words: "You said: 😀!".split("") },
  huge: { words: Array.from({ length: 32 }, (_, index) => `${index % 10}`.repeat(1_048_576)) },
};

function whole({ text, model }: Asked, inParts = false): Response {
  const words = wordsOf(text);
  const parts = words.map((word) => ({ type: "text", text: word }));
  const message = { role: "assistant", content: inParts ? parts : words.join("") };
  const choices = [{ index: 0, message, finish_reason: "stop" }];
  return Response.json({ id: "c-1", object: "chat.completion", created: 0, model, choices });
}

/** The beginning of an error, and never its end. */
async function* drip(): AsyncGenerator<Uint8Array> {
  for (let text = '{"error":'; ; text = " ") {
    yield encoder.encode(text);
    await Bun.sleep(100);
  }
}

/** Compressed without having been asked to. */
async function zipped(
  plain: Response,
  encoding: string,
  zip: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array,
): Promise<Response> {
  plain.headers.set("content-encoding", encoding);
  return new Response(Buffer.from(zip(new Uint8Array(await plain.arrayBuffer()))), plain);
}

const html = (status = 200) =>
  new Response("<!doctype html><title>Welcome</title>", {
    status,
    headers: { "content-type": "text/html" },
  });

/** A whole stream at once, its events with something between them, as this type or as none. */
function streamed({ text, model }: Asked, between: string, type: string | null): Response {
  const words = wordsOf(text).map((word) => event(model, { content: word }));
  const events = [...words, event(model, {}, "stop"), "data: [DONE]\n\n"];
  const headers: Record<string, string> = type === null ? {} : { "content-type": type };
  return new Response(encoder.encode(between + events.join(between)), { headers });
}

const SSE = "text/event-stream";

/** The moods that are one answer. */
const ANSWERS: Readonly<Record<string, (asked: Asked) => Response | Promise<Response>>> = {
  silent: async () => {
    await Bun.sleep(3_600_000);
    return html();
  },
  "no-stream": (asked) => whole(asked),
  "in-parts": (asked) => whole(asked, true),
  unauthorized: () => failure(401, "Incorrect API key provided"),
  forbidden: () => failure(403, "This key may not use this model"),
  limited: () => failure(429, "Rate limit reached", { "retry-after": "7" }),
  failing: () => failure(500, "The model ran out of memory"),
  unavailable: () => html(503),
  unknown: ({ model }) => failure(404, `The model '${model}' does not exist`),
  missing: () => html(404),
  dripping: () => new Response(drip(), { status: 500 }),
  zipped: (asked) => zipped(whole(asked), "gzip", (bytes) => Bun.gzipSync(bytes)),
  "zipped-badly": (asked) => zipped(whole(asked), "gzip", (bytes) => bytes),
  "zipped-oddly": (asked) => zipped(whole(asked), "zzz", (bytes) => bytes),
  refusing: () => failure(400, "This model's maximum context length is 8192 tokens"),
  html: () => html(),
  untyped: (asked) => streamed(asked, "", null),
  "typed-in-capitals": (asked) => streamed(asked, "", "Text/Event-Stream; charset=UTF-8"),
  "typed-as-json": (asked) => streamed(asked, "", "application/json"),
  commenting: (asked) => streamed(asked, ": waiting\r\n\r\n", SSE),
  "keeping-alive": (asked) => streamed(asked, "data:\n\n", SSE),
  "typed-as-stream": (asked) => {
    const response = whole(asked);
    response.headers.set("content-type", SSE);
    return response;
  },
  "error-object": ({ model }) =>
    new Response(
      `${event(model, { content: "a" })}data: {"object":"error","message":"too long","code":400}\n\ndata: [DONE]\n\n`,
      { headers: { "content-type": SSE } },
    ),
  "error-as-stream": () =>
    new Response('{"error":{"message":"no such model"}}', { headers: { "content-type": SSE } }),
  pathless: () => Response.json({ detail: "Not Found" }, { status: 404 }),
  "not-json": () => new Response("{", { headers: { "content-type": "application/json" } }),
  elsewhere: () => new Response(null, { status: 301, headers: { location: "https://a.test/v1" } }),
};

/** Compares a header with the key in a way that shows the key in a message: some servers do. */
function refuseKey(key: string | undefined, authorization: string | null): Response | null {
  if (key === undefined || authorization === `Bearer ${key}`) return null;
  return failure(401, `Incorrect API key provided: ${authorization ?? "none"}`);
}

async function answer(
  request: Request,
  seen: SeenRequest[],
  options: ModelServerOptions,
): Promise<Response> {
  const { pathname } = new URL(request.url, "http://localhost");
  if (pathname === "/requests") return Response.json(seen);
  const parts = /^\/(?:([\w-]+)\/)?v1\/(chat\/completions|models)$/.exec(pathname);
  if (parts === null) return html(404);
  if (parts[2] === "models") return Response.json({ object: "list", data: [{ id: "test" }] });
  const mood = parts[1] ?? "";
  const body: unknown = await request.json();
  const authorization = request.headers.get("authorization");
  const one: SeenRequest = { mood, authorization, body, aborted: false, finished: false };
  seen.push(one);
  request.signal.addEventListener("abort", () => {
    one.aborted = !one.finished;
  });
  const refused = refuseKey(options.key, authorization);
  if (refused !== null) return refused;
  const asked = parseAsked(body);
  const pace = PACES[mood];
  if (pace === undefined) return ANSWERS[mood]?.(asked) ?? html(404);
  if (!asked.stream) {
    if (pace.firstMs !== undefined) await Bun.sleep(pace.firstMs);
    one.finished = true;
    return whole(asked);
  }
  const pieces = async function* () {
    yield* streamWords(asked, pace);
    one.finished = true;
  };
  return new Response(pieces(), { headers: { "content-type": "text/event-stream" } });
}

/** Starts a server; without a port it takes a free one. */
export function startModelServer(options: ModelServerOptions = {}): ModelServer {
  const requests: SeenRequest[] = [];
  const server = Bun.serve({
    hostname: options.hostname ?? "127.0.0.1",
    port: options.port ?? 0,
    idleTimeout: 0,
    development: false,
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    fetch: (request) => answer(request, requests, options),
    error: () => new Response(null, { status: 500 }),
  });
  const port = server.port ?? 0;
  const scheme = options.tls === undefined ? "http" : "https";
  const stop = () => void server.stop(true);
  return {
    port,
    baseUrl: (mood) => {
      const path = mood === undefined ? "" : `/${mood}`;
      return `${scheme}://127.0.0.1:${port}${path}/v1`;
    },
    requests,
    stop,
    [Symbol.dispose]: stop,
  };
}
