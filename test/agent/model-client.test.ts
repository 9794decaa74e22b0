import { afterAll, expect, test } from "bun:test";
import type { ModelSettings } from "../../src/agent/config-values.ts";
import { streamChat } from "../../src/agent/model-client.ts";
import { createHost } from "../../src/host/host.ts";
import { startModelServer } from "../support/model-server.ts";
import { waitFor } from "../support/program.ts";

// The client as it is, over real connections.

const host = createHost();
const server = startModelServer({ key: "right-key" });
afterAll(() => server.stop());

function model(baseUrl: string, more: Partial<ModelSettings> = {}): ModelSettings {
  return { baseUrl, name: "test", apiKey: "right-key", timeoutMs: 20_000, ...more };
}

const ask = [
  { role: "system", content: "Be brief" },
  { role: "user", content: "hällo 😀" },
] as const;

/** What a failed request says; its kind first. */
async function failure(settings: ModelSettings, signal?: AbortSignal): Promise<string> {
  const options = signal === undefined ? {} : { signal };
  try {
    for await (const _ of streamChat(host, settings, ask, options)) continue;
  } catch (error) {
    if (error instanceof Error && "kind" in error && "hint" in error) {
      expect(String(error.hint)).not.toBe("");
      return `${String(error.kind)}: ${error.message}`;
    }
    throw error;
  }
  return "no failure";
}

test("streamChat() yields the answer as it arrives", async () => {
  const started = performance.now();
  const times: number[] = [];
  let text = "";
  for await (const piece of streamChat(host, model(server.baseUrl("slow")), ask)) {
    times.push(performance.now() - started);
    text += piece;
  }
  expect(text).toBe("You said: hällo 😀");
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150);
  expect(server.requests.at(-1)).toMatchObject({
    authorization: "Bearer right-key",
    body: { model: "test", messages: ask, stream: true },
    finished: true,
    aborted: false,
  });
});

test("streamChat() takes an answer from a server that cannot stream, in parts, too", async () => {
  for (const mood of ["no-stream", "in-parts"]) {
    const reasons: string[] = [];
    const options = { finished: (reason: string) => void reasons.push(reason) };
    const answer = streamChat(host, model(server.baseUrl(mood)), ask, options);
    expect(await Array.fromAsync(answer)).toEqual(["You said: hällo 😀"]);
    expect(reasons).toEqual(["stop"]);
  }
});

test.each([
  "untyped",
  "typed-in-capitals",
  "typed-as-json",
  "typed-as-stream",
  "commenting",
  "keeping-alive",
  "zipped",
])("streamChat() takes an answer that is %s", async (mood) => {
  const pieces = await Array.fromAsync(streamChat(host, model(server.baseUrl(mood)), ask));
  expect(pieces.join("")).toBe("You said: hällo 😀");
});

test("streamChat() loses nothing of a huge answer", async () => {
  let length = 0;
  for await (const piece of streamChat(host, model(server.baseUrl("huge")), ask)) {
    length += piece.length;
  }
  expect(length).toBe(32 * 1_048_576);
});

test("streamChat() cut off in the middle reaches the server", async () => {
  for await (const piece of streamChat(host, model(server.baseUrl("patient")), ask)) {
    if (piece !== "") break;
  }
  await waitFor("the server to see it", () => server.requests.at(-1)?.aborted === true);
  const controller = new AbortController();
  const cut = failure(model(server.baseUrl("silent")), controller.signal);
  const before = server.requests.length;
  await waitFor("the request", () => server.requests.length > before);
  controller.abort();
  expect(await cut).toStartWith("aborted: ");
  await waitFor("the server to see it", () => server.requests.at(-1)?.aborted === true);
  expect(await failure(model(server.baseUrl()), AbortSignal.abort())).toStartWith("aborted: ");
});

const at = (mood: string) => server.baseUrl(mood);

test.each([
  [
    "unauthorized",
    "key: Cannot use the model server at URL: it refuses the key (401): Incorrect API key provided",
  ],
  [
    "forbidden",
    "key: Cannot use the model server at URL: it refuses the key (403): This key may not use this model",
  ],
  [
    "limited",
    "busy: Cannot get an answer from the model server at URL: it takes no more requests for now (429): Rate limit reached",
  ],
  [
    "failing",
    "server: Cannot get an answer from the model server at URL: it failed (500): The model ran out of memory",
  ],
  ["unavailable", "server: Cannot get an answer from the model server at URL: it failed (503)"],
  [
    "unknown",
    "no-such-model: Cannot use model 'test' at URL: the server does not know it (404): The model 'test' does not exist",
  ],
  [
    "missing",
    "not-an-api: Cannot use URL as a model server: there is nothing at /chat/completions (404)",
  ],
  [
    "refusing",
    "request: Cannot get an answer from the model server at URL: it refuses the request (400): This model's maximum context length is 8192 tokens",
  ],
  ["html", "not-an-api: Cannot use URL as a model server: its answer is not a completion"],
  ["not-json", "not-an-api: Cannot use URL as a model server: its answer is not a completion"],
  [
    "elsewhere",
    "not-an-api: Cannot use URL as a model server: it leads to https://a.test/v1 (301)",
  ],
  [
    "zipped-badly",
    "broken: Cannot get the whole answer from the model server at URL: it is compressed, and cannot be unpacked",
  ],
  [
    "zipped-oddly",
    "broken: Cannot get the whole answer from the model server at URL: it is compressed in a way that was not asked for",
  ],
  ["dripping", "server: Cannot get an answer from the model server at URL: it failed (500)"],
  ["broken", "broken: Cannot get the whole answer from the model server at URL: it hung up"],
  [
    "no-end",
    "broken: Cannot get the whole answer from the model server at URL: it ended in the middle",
  ],
  [
    "pathless",
    "not-an-api: Cannot use URL as a model server: there is nothing at /chat/completions (404): Not Found",
  ],
  ["error-object", "broken: Cannot get the whole answer from the model server at URL: too long"],
  [
    "error-as-stream",
    "broken: Cannot get the whole answer from the model server at URL: no such model",
  ],
  [
    "error-event",
    "broken: Cannot get the whole answer from the model server at URL: out of memory",
  ],
])("streamChat() says why a server that is %s gives no answer", async (mood, message) => {
  expect(await failure(model(at(mood)))).toBe(message.replace("URL", at(mood)));
});

test.each(["silent", "stalled"])("streamChat() waits no longer than it may (%s)", async (mood) => {
  const started = performance.now();
  expect(await failure(model(at(mood), { timeoutMs: 1000 }))).toBe(
    `silent: Cannot get an answer from the model server at ${at(mood)}: it said nothing for 1 s`,
  );
  expect(performance.now() - started).toBeLessThan(10_000);
  await waitFor("the server to see it", () => server.requests.at(-1)?.aborted === true);
});

test("streamChat() never shows the key, even if the server does", async () => {
  const said = await failure(model(server.baseUrl(), { apiKey: "wrong-key" }));
  expect(said).toContain("it refuses the key (401): Incorrect API key provided: Bearer ***");
  const without = await failure(model(server.baseUrl(), { apiKey: null }));
  expect(without).toContain("it asks for a key (401)");
});

test("streamChat() joins the halves of a character that was cut", async () => {
  const pieces = await Array.fromAsync(streamChat(host, model(server.baseUrl("halves")), ask));
  expect(pieces).toContain("😀");
  expect(pieces.join("")).toBe("You said: 😀!");
});

test("streamChat() reports that no server listens", async () => {
  expect(await failure(model("http://127.0.0.1:9/v1"))).toBe(
    "unreachable: Cannot reach the model server at http://127.0.0.1:9/v1: no server listens there",
  );
  expect(await failure(model("http://nowhere.invalid/v1"))).toBe(
    "unreachable: Cannot reach the model server at http://nowhere.invalid/v1: there is no host of that name",
  );
});

test("streamChat() says that a server that speaks no HTTP hung up", async () => {
  using stranger = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { data: (socket) => void socket.end("SSH-2.0-OpenSSH\r\n") },
  });
  const said = await failure(model(`http://127.0.0.1:${stranger.port}/v1`));
  expect(said).toStartWith("broken: ");
});

/** A server that answers whatever it is asked with these bytes, and then resets the connection. */
function listenRudely(answer: string) {
  return Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, bytes) => {
        if (!bytes.toString().includes("POST ")) return;
        socket.write(answer);
        setTimeout(() => socket.terminate(), 200);
      },
    },
  });
}

test.each([
  [
    "status 000",
    "HTTP/1.1 000 Odd",
    "not-an-api: Cannot use URL as a model server: it answers with the status 0",
  ],
  [
    "status 999",
    "HTTP/1.1 999 Odd",
    "not-an-api: Cannot use URL as a model server: it answers with the status 999",
  ],
  [
    "a head of megabytes",
    `HTTP/1.1 200 OK\r\n${`x: ${"y".repeat(60_000)}\r\n`.repeat(50)}`,
    "broken: .*: the head of its answer is too long",
  ],
])("streamChat() says what is wrong with an answer with %s", async (_, head, message) => {
  using rude = listenRudely(`${head}\r\ncontent-length: 2\r\n\r\nhi`);
  const url = `http://127.0.0.1:${rude.port}/v1`;
  expect(await failure(model(url))).toMatch(new RegExp(`^${message.replace("URL", url)}`));
});

/** A server that says it keeps its connections, and hangs up where one is used again. */
function listenForgetfully() {
  const events =
    'data: {"choices":[{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
  const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: keep-alive\r\ncontent-length: ${events.length}`;
  const used = new WeakSet<object>();
  return Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, bytes) => {
        if (!bytes.toString().includes("POST ")) return;
        if (used.has(socket)) socket.terminate();
        else socket.write(`${head}\r\n\r\n${events}`);
        used.add(socket);
      },
    },
  });
}

test("streamChat() uses no connection again: it may be closed by then", async () => {
  using forgetful = listenForgetfully();
  const settings = model(`http://127.0.0.1:${forgetful.port}/v1`);
  for (let turn = 0; turn < 3; turn += 1) {
    expect(await Array.fromAsync(streamChat(host, settings, ask))).toEqual(["a"]);
  }
});
