import { expect, test } from "bun:test";
import { loadBuiltInAgent } from "../../../src/agent/built-in.ts";
import { HttpFailure } from "../../../src/host/http-client.ts";
import { parseJson } from "../../../src/core/json.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { piecesOf } from "../../support/pieces.ts";

const TOKEN = "0123456789abcdef";
const MODEL = "model: {base_url: 'http://model/v1', name: m, api_key: sk-1}\n";

function machine(config: string): FakeHost {
  const host = new FakeHost();
  host.disk.putFile("/vol/config.yaml", config);
  return host;
}

async function agentOf(host: FakeHost) {
  const agent = await loadBuiltInAgent(host, "/vol");
  const ask = (
    path: string,
    { body, headers = {}, listener = "socket" }: Partial<Asked> = {},
  ): Promise<Response> => {
    const method = body === undefined ? "GET" : "POST";
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    return agent.answer(new Request(`http://x${path}`, init), listener, () => undefined);
  };
  return { agent, ask };
}

interface Asked {
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly listener: "socket" | "tcp";
}

const QUESTION = { body: { messages: [{ role: "user", content: "hi" }] } };
const END = "data: [DONE]\n\n";
const COMPLETIONS = "/v1/chat/completions";

async function* bodyOf(...pieces: readonly string[]): AsyncGenerator<Uint8Array, void, void> {
  for (const piece of pieces) yield new TextEncoder().encode(piece);
}

test("loadBuiltInAgent() without a model answers every request with the remedy", async () => {
  const { agent, ask } = await agentOf(machine(""));
  const problem =
    "No model is configured: model.base_url and model.name are missing in /vol/config.yaml; run `hermes setup`, or write them into that file";
  expect(agent.address).toBeNull();
  expect(agent.health).toEqual({ problem });
  expect(agent.notes).toEqual([`warning: ${problem}`]);
  const response = await ask(COMPLETIONS, QUESTION);
  expect(response.status).toBe(503);
  expect(parseJson(await response.text())).toEqual({
    error: { message: problem, type: "server_error", param: null, code: "model_not_configured" },
  });
  expect(await (await ask("/v1/models")).json()).toEqual({ object: "list", data: [] });
});

test("loadBuiltInAgent() notes its address, its model and unknown keys", async () => {
  const { agent } = await agentOf(machine(`${MODEL}gateway: {host: "::1", port: 80, x: 1}\n`));
  expect(agent.address).toEqual({ host: "::1", port: 80 });
  expect(agent.health).toEqual({ model: "m" });
  expect(agent.notes).toEqual([
    "warning: /vol/config.yaml, line 2: unknown key 'gateway.x'",
    "Model 'm' at http://model/v1 answers on http://[::1]:80/v1",
  ]);
});

test.each([
  ["0.0.0.0", "0.0.0.0:80"],
  ["192.0.2.1", "192.0.2.1:80"],
  ["::", "[::]:80"],
  ["gateway.example", "gateway.example:80"],
])("loadBuiltInAgent() does not listen on %s without a token", async (address, shown) => {
  const config = `gateway: {host: '${address}', port: 80`;
  expect(loadBuiltInAgent(machine(`${config}}`), "/vol")).rejects.toThrow(
    expect.objectContaining({
      message: `Cannot listen on ${shown}: anyone could use it, since gateway.token is not set in /vol/config.yaml`,
      code: "configuration",
      exitCode: 78,
    }),
  );
  const { agent } = await agentOf(machine(`${config}, token: ${TOKEN}}`));
  expect(agent.address).toEqual({ host: address, port: 80 });
});

test.each([
  ["http://127.0.0.1:8642/v1", false],
  ["http://localhost:8642", false],
  ["http://[::1]:8642/v1", false],
  ["http://0.0.0.0:8642/v1", false],
  ["http://[::]:8642/v1", false],
  ["http://127.0.0.1:8643/v1", true],
  ["http://model:8642/v1", true],
])("loadBuiltInAgent() does not ask itself: base_url %s is fine: %p", async (url, isFine) => {
  const config = `model: {base_url: '${url}', name: m}\ngateway: {port: 8642}\n`;
  const loading = loadBuiltInAgent(machine(config), "/vol").then(
    () => null,
    (error: unknown) => error,
  );
  const message =
    "Cannot use /vol/config.yaml: model.base_url is the address of this gateway itself";
  if (isFine) expect(await loading).toBeNull();
  else expect(await loading).toMatchObject({ message, exitCode: 78 });
});

test("loadBuiltInAgent() passes a request on with its key and its prompt", async () => {
  const host = machine(MODEL);
  host.disk.putFile("/vol/SOUL.md", "Be brief\n");
  const sent: unknown[] = [];
  host.answerHttp = ({ url, headers, body }) => {
    sent.push(url, headers["authorization"], parseJson(String(body)));
    const answered = new Headers({ "content-type": "text/event-stream", "x-secret": "1" });
    return { status: 200, headers: answered, proxy: null, body: bodyOf("data: a\n", "\n", END) };
  };
  const { ask } = await agentOf(host);
  const response = await ask(COMPLETIONS, QUESTION);
  expect(await response.text()).toBe(`data: a\n\n${END}`);
  expect([...response.headers.keys()].toSorted()).toEqual(["cache-control", "content-type"]);
  expect(sent).toEqual([
    "http://model/v1/chat/completions",
    "Bearer sk-1",
    {
      model: "m",
      messages: [
        { role: "system", content: "Be brief" },
        { role: "user", content: "hi" },
      ],
    },
  ]);
});

test("loadBuiltInAgent() asks for the token on the port only", async () => {
  const { ask } = await agentOf(machine(`gateway: {port: 80, token: ${TOKEN}}`));
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await ask("/v1/models", { listener: "tcp" })).status).toBe(401);
  expect((await ask("/nothing", { listener: "tcp" })).status).toBe(401);
  expect((await ask("/v1/models", { listener: "tcp", headers })).status).toBe(200);
  expect((await ask("/v1/models")).status).toBe(200);
});

/** Returns the text that came before an answer broke off; throws if it did not. */
async function readUntilItBreaks(response: Response, onPiece: () => void): Promise<string> {
  let text = "";
  try {
    for await (const piece of piecesOf(response)) {
      text += new TextDecoder().decode(piece);
      onPiece();
    }
  } catch {
    return text;
  }
  throw new Error(`It came to its end: ${text}`);
}

test("loadBuiltInAgent() drains: refuses new requests, waits for running ones, then cuts them off", async () => {
  const host = machine(MODEL);
  const headers = new Headers({ "content-type": "text/event-stream" });
  host.answerHttp = ({ signal }) => ({
    status: 200,
    headers,
    proxy: null,
    body: (async function* () {
      yield* bodyOf("data: a\n\n");
      await new Promise((resolve) => signal?.addEventListener("abort", resolve));
      throw new HttpFailure("aborted", null);
    })(),
  });
  // What breaks off discards what has not been read: the reader gets its turn.
  Object.assign(host.clock, { sleep: () => Bun.sleep(0) });
  const { agent, ask } = await agentOf(host);
  const first = Promise.withResolvers<void>();
  const reading = readUntilItBreaks(await ask(COMPLETIONS, QUESTION), first.resolve);
  await first.promise;
  const drained = agent.drain(5000);
  expect((await ask("/v1/models")).status).toBe(503);
  expect(await reading).toContain('"code":"gateway_stopping"');
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(5000);
  await drained;
  expect(host.notes).toEqual([]);
});
