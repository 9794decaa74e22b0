import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { findFreePort, makeInstallation } from "../support/foreground-gateway.ts";
import { startModelServer } from "../support/model-server.ts";
import { piecesOf } from "../support/pieces.ts";
import { runProgram, waitFor } from "../support/program.ts";

const server = startModelServer({ key: "right-key" });
afterAll(() => server.stop());

const TOKEN = "a-token-of-some-length";

/** A configuration whose model has this mood. A model that answers has long for it on a busy machine. */
function configFor(mood: string | undefined, more = ""): string {
  const timeout = mood === "silent" || mood === "stalled" ? 2 : 60;
  return `model:\n  base_url: ${server.baseUrl(mood)}\n  name: test\n  api_key: \${KEY}\n  timeout: ${timeout}\n${more}`;
}

function installationFor(mood: string | undefined, more = "") {
  const installation = makeInstallation();
  installation.write("config.yaml", configFor(mood, more));
  installation.write(".env", "KEY=right-key\n");
  return installation;
}

interface Question {
  readonly model?: string;
  readonly stream?: boolean;
  readonly messages?: readonly unknown[];
}

function post(question: Question | string, headers: Readonly<Record<string, string>> = {}) {
  const whole = { messages: [{ role: "user", content: "good morning" }] };
  const body = typeof question === "string" ? question : JSON.stringify({ ...whole, ...question });
  return { method: "POST", body, headers: { "content-type": "application/json", ...headers } };
}

const COMPLETIONS = "/v1/chat/completions";

test("the gateway passes a stream on byte for byte, as it arrives", async () => {
  using installation = installationFor("slow");
  const gateway = await installation.run();
  // The answer arrives for 2 s: a busy machine may read its beginning late.
  const messages = [{ role: "user", content: "one two three four ".repeat(5) }];
  const question = post({ model: "test", stream: true, messages });
  const direct = await fetch(`${server.baseUrl("slow")}/chat/completions`, {
    ...question,
    headers: { authorization: "Bearer right-key" },
  });
  const expected = await direct.bytes();
  const response = await gateway.ask(COMPLETIONS, question);
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  const started = performance.now();
  const times: number[] = [];
  const chunks: Uint8Array[] = [];
  for await (const chunk of piecesOf(response)) {
    times.push(performance.now() - started);
    chunks.push(chunk);
  }
  expect(Buffer.concat(chunks).equals(Buffer.from(expected))).toBe(true);
  expect(expected.length).toBeGreaterThan(500);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(150);
});

test("the gateway adds the key, the model and SOUL.md, and passes on a request that has them", async () => {
  using installation = installationFor(undefined);
  installation.write("SOUL.md", "# You\n\nYou are terse.\n");
  const gateway = await installation.run();
  const answer: unknown = await (await gateway.ask(COMPLETIONS, post({}))).json();
  expect(answer).toMatchObject({
    choices: [{ message: { role: "assistant", content: "You said: good morning" } }],
  });
  const user = { role: "user", content: "good morning" };
  expect(server.requests.at(-1)).toMatchObject({
    authorization: "Bearer right-key",
    body: {
      model: "test",
      messages: [{ role: "system", content: "# You\n\nYou are terse." }, user],
    },
  });
  for (const role of ["system", "developer"]) {
    const messages = [{ role, content: "Be long" }, user];
    await gateway.ask(
      COMPLETIONS,
      post({ messages, model: "test" }, { authorization: "Bearer x" }),
    );
    expect(server.requests.at(-1)).toMatchObject({
      authorization: "Bearer right-key",
      body: { messages },
    });
  }
});

test("the gateway lists its one model, and answers with no other", async () => {
  using installation = installationFor(undefined);
  const gateway = await installation.run();
  expect(await (await gateway.ask("/v1/models")).json()).toMatchObject({
    object: "list",
    data: [{ id: "test", object: "model" }],
  });
  const before = server.requests.length;
  const other = await gateway.ask(COMPLETIONS, post({ model: "gpt" }));
  expect(other.status).toBe(404);
  expect(await other.json()).toMatchObject({
    error: { type: "invalid_request_error", code: "model_not_found" },
  });
  expect(server.requests.length).toBe(before);
});

test.each([
  ["{", 400, "invalid_json"],
  ["[]", 400, "invalid_json"],
  ["{}", 400, "invalid_messages"],
  ['{"messages":[]}', 400, "invalid_messages"],
  ["", 400, "invalid_json"],
])("the gateway refuses %j in the API's form", async (body, status, code) => {
  using installation = installationFor(undefined);
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post(body));
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ error: { type: "invalid_request_error", code } });
});

test("the gateway refuses other paths and methods in the API's form", async () => {
  using installation = installationFor(undefined);
  const gateway = await installation.run();
  const get = await gateway.ask(COMPLETIONS);
  expect(get.status).toBe(405);
  expect(get.headers.get("allow")).toBe("POST");
  expect(await get.json()).toMatchObject({ error: { code: "method_not_allowed" } });
  const elsewhere = await gateway.ask("/v1/embeddings", post({}));
  expect(elsewhere.status).toBe(404);
  expect(await elsewhere.json()).toMatchObject({ error: { code: "unknown_url" } });
});

async function* twentyMegabytes() {
  for (let count = 0; count < 20; count += 1) yield new Uint8Array(1_048_576);
}

test("the gateway refuses a body that is too long, announced or not", async () => {
  using installation = installationFor(undefined);
  const gateway = await installation.run();
  // Bun by itself would refuse the second, without a word.
  for (const megabytes of [17, 65]) {
    const announced = await gateway.ask(COMPLETIONS, post("x".repeat(megabytes * 1_048_576)));
    expect(announced.status).toBe(413);
    expect(await announced.json()).toMatchObject({ error: { code: "too_large" } });
  }
  const chunked = await gateway.ask(COMPLETIONS, { method: "POST", body: twentyMegabytes() });
  expect(chunked.status).toBe(413);
  expect(await chunked.json()).toMatchObject({ error: { code: "too_large" } });
  expect((await gateway.ask("/health")).status).toBe(200);
});

test.each([
  ["unauthorized", 502, "server_error", "model_key"],
  ["limited", 429, "rate_limit_error", "model_busy"],
  ["failing", 502, "server_error", "model_server"],
  ["unknown", 502, "server_error", "model_no_such_model"],
  ["missing", 502, "server_error", "model_not_an_api"],
  ["refusing", 400, "invalid_request_error", "model_request"],
  ["elsewhere", 502, "server_error", "model_not_an_api"],
  ["silent", 504, "server_error", "model_silent"],
])("the gateway says what is wrong with a server that is %s", async (mood, status, type, code) => {
  using installation = installationFor(mood);
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post({ stream: true }));
  expect(response.status).toBe(status);
  const body = await response.text();
  expect(JSON.parse(body)).toMatchObject({ error: { type, code } });
  expect(body).not.toContain("right-key");
  expect(response.headers.get("retry-after")).toBe(mood === "limited" ? "7" : null);
  await waitFor("the log", () => gateway.said().includes("warning: Cannot "));
});

test("the gateway says nothing but its own words of an answer that cannot be unpacked", async () => {
  using installation = installationFor("zipped-badly");
  const gateway = await installation.run();
  // Whatever of the answer could be unpacked is on its way: it breaks off.
  expect(gateway.ask(COMPLETIONS, post({})).then((answer) => answer.text())).rejects.toThrow();
  await waitFor("the log", () => gateway.said().includes("cannot be unpacked"));
  expect(gateway.said()).not.toContain("Zlib");
});

test.each([
  ['data: {"choices":[{"delta":{"content":"half"}}]}\n\n', false],
  ['data: {"choices":[{"delta":{},"finish_reason":"stop"}]}\n\n', true],
  ['data: {"choices":[]}\n\ndata: [DONE]\n\n', true],
  ['data: {"error":{"message":"out of memory"}}\n\n', true],
])("the gateway takes %j and a closed connection for an answer: %p", async (events, isWhole) => {
  using cutter = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      data: (socket, bytes) => {
        if (!bytes.toString().includes("POST ")) return;
        socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n${events}`);
        setTimeout(() => socket.terminate(), 200);
      },
    },
  });
  using installation = makeInstallation();
  const url = `http://127.0.0.1:${cutter.port}/v1`;
  installation.write("config.yaml", `model: {base_url: '${url}', name: x}`);
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post({ stream: true }));
  let text = "";
  const reading = (async () => {
    for await (const piece of piecesOf(response)) text += new TextDecoder().decode(piece);
  })();
  if (isWhole) {
    await reading;
    expect(text).toBe(events);
    return;
  }
  expect(reading).rejects.toThrow();
  await reading.catch(() => null);
  expect(text).toStartWith(events);
  expect(text).toContain("it ended in the middle");
});

test("a gateway lives while clients hold all of its descriptors, and answers once they are gone", async () => {
  const port = findFreePort();
  using installation = installationFor(undefined, `gateway:\n  port: ${port}\n`);
  const gateway = await installation.run();
  await runProgram(["/usr/bin/prlimit", `--pid=${gateway.pid}`, "--nofile=100:100"]);
  const strangers = Array.from({ length: 150 }, () => connect(port, "127.0.0.1"));
  for (const stranger of strangers) stranger.on("error", () => undefined);
  await waitFor("the strangers", () => readdirSync(`/proc/${gateway.pid}/fd`).length === 100);
  // Who says nothing for 10 s is sent away: then there are descriptors for those who do.
  const response = await gateway.ask(COMPLETIONS, post({ stream: true }));
  expect([200, 502]).toContain(response.status);
  await response.text();
  for (const stranger of strangers) stranger.destroy();
  expect((await gateway.ask(COMPLETIONS, post({ stream: true }))).status).toBe(200);
});

test("the gateway reports that no server answers at the model's address", async () => {
  using installation = makeInstallation();
  installation.write("config.yaml", "model: {base_url: 'http://127.0.0.1:9/v1', name: x}");
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post({}));
  expect(response.status).toBe(502);
  expect(await response.json()).toMatchObject({
    error: {
      message: "Cannot reach the model server at http://127.0.0.1:9/v1: no server listens there",
      code: "model_unreachable",
    },
  });
});

test("the gateway trusts no certificate that it does not know, unless it is told to", async () => {
  using installation = makeInstallation();
  const [key, cert] = ["key.pem", "cert.pem"].map((name) => join(installation.home, name));
  const subject = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost".split(" ");
  const made = await runProgram(
    ["/usr/bin/openssl", ...subject, "-keyout", key ?? "", "-out", cert ?? ""],
    { env: {} },
  );
  expect(made.code).toBe(0);
  const tls = { key: installation.read("key.pem"), cert: installation.read("cert.pem") };
  using secure = startModelServer({ tls });
  installation.write(
    "config.yaml",
    `model: {base_url: 'https://localhost:${secure.port}/v1', name: x}`,
  );
  const stranger = await installation.run();
  const refused = await stranger.ask(COMPLETIONS, post({}));
  expect(refused.status).toBe(502);
  expect(await refused.json()).toMatchObject({ error: { code: "model_untrusted" } });
  stranger.signal("SIGTERM");
  await stranger.ended;
  const trusting = await installation.with({ NODE_EXTRA_CA_CERTS: cert ?? "" }).run();
  expect((await trusting.ask(COMPLETIONS, post({}))).status).toBe(200);
});

/** What of a stream arrived, and whether it ended as one should. */
async function readToTheEnd(response: Response) {
  let text = "";
  const decoder = new TextDecoder();
  try {
    for await (const chunk of piecesOf(response)) text += decoder.decode(chunk, { stream: true });
  } catch {
    return { text, whole: false };
  }
  return { text, whole: true };
}

test.each([
  ["broken", "model_broken"],
  ["stalled", "model_silent"],
])("the gateway says why a stream is %s, and breaks off", async (mood, code) => {
  using installation = installationFor(mood);
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post({ stream: true }));
  expect(response.status).toBe(200);
  const { text, whole } = await readToTheEnd(response);
  expect(whole).toBe(false);
  const events = text.split("\n\n").filter((event) => event !== "");
  expect(events.length).toBeGreaterThanOrEqual(3);
  expect(JSON.parse(events.at(-1)?.replace(/^data: /, "") ?? "")).toMatchObject({
    error: { code, type: "server_error" },
  });
  gateway.signal("SIGTERM");
  const { stderr } = await gateway.ended;
  expect(stderr.split("\n").length).toBe(5);
});

test("a client that goes away while it sends causes no failure", async () => {
  using installation = installationFor(undefined);
  const gateway = await installation.run();
  const client = await Bun.connect({ unix: installation.socket, socket: { data() {} } });
  client.write(`POST ${COMPLETIONS} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{`);
  client.flush();
  expect((await gateway.ask("/health")).status).toBe(200);
  client.terminate();
  gateway.signal("SIGTERM");
  const { code, stderr } = await gateway.ended;
  expect(code).toBe(0);
  expect(stderr.split("\n").length).toBe(4);
});

test("a model that thinks for long in the middle keeps its clients, on the socket and on the port", async () => {
  const port = findFreePort();
  using installation = installationFor("thinking", `gateway:\n  port: ${port}\n`);
  const gateway = await installation.run();
  const question = post({ stream: true });
  const answers = await Promise.all([
    gateway.ask(COMPLETIONS, question),
    fetch(`http://127.0.0.1:${port}${COMPLETIONS}`, question),
  ]);
  for (const answer of answers) expect((await readToTheEnd(answer)).text).toEndWith("[DONE]\n\n");
});

test("a client that goes away ends the request at the model", async () => {
  using installation = installationFor("patient");
  const gateway = await installation.run();
  const controller = new AbortController();
  const init = { ...post({ stream: true }), signal: controller.signal };
  const response = await gateway.ask(COMPLETIONS, init);
  await response.body?.getReader().read();
  const seen = server.requests.at(-1);
  controller.abort();
  await waitFor("the model to see it", () => seen?.aborted === true);

  installation.write("config.yaml", configFor("silent").replace("timeout: 2", "timeout: 60"));
  gateway.signal("SIGTERM");
  await gateway.ended;
  const silent = await installation.run();
  const before = server.requests.length;
  const second = new AbortController();
  const asked = silent.ask(COMPLETIONS, { ...post({}), signal: second.signal });
  await waitFor("the request", () => server.requests.length > before);
  second.abort();
  expect(asked).rejects.toThrow();
  await waitFor("the model to see it", () => server.requests.at(-1)?.aborted === true);
  expect(silent.said()).not.toContain("warning");
});

test("the gateway refuses what is more than it can pass on at a time", async () => {
  using installation = installationFor("silent");
  installation.write(
    "config.yaml",
    installation.read("config.yaml").replace("timeout: 2", "timeout: 60"),
  );
  const gateway = await installation.run();
  const before = server.requests.length;
  const client = new AbortController();
  const init = { ...post({}), signal: client.signal };
  const waiting = Array.from({ length: 250 }, () =>
    gateway.ask(COMPLETIONS, init).catch(() => null),
  );
  await waitFor("all to reach the model", () => server.requests.length === before + 250);
  // Not with `fetch`, which has as many under way as it can.
  const more = await runProgram([
    process.execPath,
    "-e",
    `console.log(await (await fetch("http://x${COMPLETIONS}", { unix: "${installation.socket}", method: "POST", body: "{}" })).text())`,
  ]);
  expect(JSON.parse(more.stdout)).toMatchObject({ error: { code: "gateway_busy" } });
  client.abort();
  await Promise.all(waiting);
  await waitFor("the model to be free", () =>
    server.requests.slice(before).every(({ aborted }) => aborted),
  );
});

test("a reader that is slow gets everything, and the gateway's memory stays small", async () => {
  using installation = installationFor("huge");
  const gateway = await installation.run();
  const response = await gateway.ask(COMPLETIONS, post({ stream: true }));
  let total = 0;
  await Bun.sleep(500);
  const status = await Bun.file(`/proc/${gateway.pid}/status`).text();
  for await (const piece of piecesOf(response)) total += piece.length;
  expect(total).toBeGreaterThan(32 * 1_048_576);
  expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(100_000);
});

test("on its port the gateway wants its token, on its socket and for /health none", async () => {
  const port = findFreePort();
  const more = `gateway:\n  host: 0.0.0.0\n  port: ${port}\n  token: ${TOKEN}\n`;
  using installation = installationFor(undefined, more);
  const gateway = await installation.run();
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${port}${COMPLETIONS}`, post({}, headers));
  for (const headers of [
    {},
    { authorization: TOKEN },
    { authorization: `Bearer ${TOKEN}x` },
    { authorization: `Bearer ${TOKEN.slice(1)}` },
    { authorization: "Bearer " },
  ]) {
    const response = await ask(headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({
      error: { type: "authentication_error", code: "invalid_api_key" },
    });
  }
  expect((await ask({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(401);
  expect((await gateway.ask("/v1/models")).status).toBe(200);
  expect(gateway.said()).not.toContain(TOKEN);
});

test("on its port without a token the gateway refuses web pages", async () => {
  const port = findFreePort();
  using installation = installationFor(undefined, `gateway:\n  port: ${port}\n`);
  const gateway = await installation.run();
  const ask = (headers: Readonly<Record<string, string>>) =>
    fetch(`http://127.0.0.1:${port}${COMPLETIONS}`, post({}, headers));
  expect((await ask({})).status).toBe(200);
  expect((await ask({ origin: "http://evil.test" })).status).toBe(403);
  expect((await ask({ origin: "null" })).status).toBe(403);
  expect((await ask({ "sec-fetch-site": "same-origin" })).status).toBe(403);
  expect(gateway.said()).toContain(`answers on http://127.0.0.1:${port}/v1\n`);
});

test("on its port without a token the gateway answers to no name that could be made to lead there", async () => {
  const port = findFreePort();
  using installation = installationFor(undefined, `gateway:\n  port: ${port}\n`);
  const gateway = await installation.run();
  const statuses = async (host: string) => {
    const ask = (path: string, init = {}) =>
      fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { host } });
    const answers = [
      await ask("/health"),
      await ask("/v1/models"),
      await ask(COMPLETIONS, post({})),
    ];
    return answers.map(({ status }) => status);
  };
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "10.0.0.7"]) {
    expect(await statuses(host)).toEqual([200, 200, 200]);
  }
  expect(await statuses(`evil.test:${port}`)).toEqual([403, 403, 403]);
  const refused = await fetch(`http://127.0.0.1:${port}/health`, { headers: { host: "a.test" } });
  expect(await refused.json()).toMatchObject({
    error: { type: "invalid_request_error", code: "host_refused" },
  });
  expect((await gateway.ask("/health", { headers: { host: "a.test" } })).status).toBe(200);

  const withToken = `gateway:\n  port: ${port}\n  token: ${TOKEN}\n`;
  installation.write("config.yaml", configFor(undefined, withToken));
  gateway.signal("SIGTERM");
  await gateway.ended;
  await installation.run();
  const headers = { host: "gateway.test", authorization: `Bearer ${TOKEN}` };
  const models = await fetch(`http://127.0.0.1:${port}/v1/models`, { headers });
  expect(models.status).toBe(200);
});

test("without a model the gateway runs, and says what to configure", async () => {
  using installation = makeInstallation();
  const gateway = await installation.run();
  const problem = `No model is configured: model.base_url and model.name are missing in ${installation.home}/config.yaml; run \`hermes setup\`, or write them into that file`;
  expect(await (await gateway.ask("/health")).json()).toMatchObject({ status: "running", problem });
  const response = await gateway.ask(COMPLETIONS, post({}));
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    error: { message: problem, type: "server_error", code: "model_not_configured" },
  });
  expect(gateway.said()).toContain(`warning: ${problem}\n`);
  gateway.signal("SIGTERM");
  expect((await gateway.ended).code).toBe(0);
});

test.each([
  ["gateway:\n  port: 99999\n", "line 2: gateway.port must be a port, a number from 1 to 65535"],
  ["model: [\n", "line 2: the indentation is wrong"],
  ["model:\n  api_key: ${NOWHERE}\n", "line 2: model.api_key needs the variable NOWHERE"],
])("a configuration that cannot be used ends the gateway with 78: %j", async (config, reason) => {
  using installation = makeInstallation();
  installation.write("config.yaml", config);
  const { code, stdout, stderr } = await installation.start().ended;
  expect({ code, stdout }).toEqual({ code: 78, stdout: "" });
  expect(stderr).toContain(`✗ Cannot use ${installation.home}/config.yaml: ${reason}`);
  expect(installation.state()).toMatchObject({
    gateway_state: "startup_failed",
    exit_reason: expect.stringContaining(reason) as unknown,
  });
});

test("a port that something else has ends the gateway with 78, and nothing is left of it", async () => {
  using other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  using installation = installationFor(undefined, `gateway:\n  port: ${other.port}\n`);
  const { code, stderr } = await installation.start().ended;
  expect(code).toBe(78);
  const reason = `Cannot listen on 127.0.0.1:${other.port}: something else listens there already`;
  expect(stderr).toContain(`✗ ${reason}\n`);
  expect(installation.state()).toMatchObject({
    gateway_state: "startup_failed",
    exit_reason: reason,
  });
  expect(existsSync(installation.socket)).toBe(false);
});

test("an address that others reach needs a token", async () => {
  using installation = installationFor(undefined, "gateway:\n  host: 0.0.0.0\n  port: 8642\n");
  const { code, stderr } = await installation.start().ended;
  expect(code).toBe(78);
  expect(stderr).toContain("✗ Cannot listen on 0.0.0.0:8642: anyone could use it");
  expect(stderr).toContain("Hint: set gateway.token");
});

test("--replace with a configuration that cannot be used leaves the other gateway alone", async () => {
  using installation = installationFor(undefined);
  const first = await installation.run();
  installation.write("config.yaml", "model: 1\n");
  expect((await installation.start("--replace").ended).code).toBe(78);
  expect((await first.ask("/health")).status).toBe(200);
  expect(installation.state()).toMatchObject({ gateway_state: "running", pid: first.pid });
});

test("on SIGTERM the gateway refuses what is new, on both listeners, and lets what runs finish", async () => {
  const port = findFreePort();
  using installation = installationFor("slow", `gateway:\n  port: ${port}\n`);
  const gateway = await installation.run();
  const question = post({ stream: true, messages: [{ role: "user", content: "a b c d e f g h" }] });
  const running = await gateway.ask(COMPLETIONS, question);
  gateway.signal("SIGTERM");
  await waitFor("it to drain", async () => {
    const health: unknown = await (await gateway.ask("/health")).json();
    return JSON.stringify(health).includes('"draining"');
  });
  expect(installation.state()).toMatchObject({ gateway_state: "draining" });
  for (const response of [
    await gateway.ask(COMPLETIONS, question),
    await fetch(`http://127.0.0.1:${port}${COMPLETIONS}`, question),
  ]) {
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { code: "gateway_stopping" } });
  }
  const { text, whole } = await readToTheEnd(running);
  expect(whole).toBe(true);
  expect(text).toEndWith("data: [DONE]\n\n");
  expect((await gateway.ended).code).toBe(0);
});

test("on SIGTERM the gateway cuts off what takes too long, and says so", async () => {
  using installation = installationFor("patient");
  const gateway = await installation.run();
  const running = await gateway.ask(COMPLETIONS, post({ stream: true }));
  const seen = server.requests.at(-1);
  const started = performance.now();
  gateway.signal("SIGTERM");
  const { text, whole } = await readToTheEnd(running);
  expect(whole).toBe(false);
  expect(text).toContain('"code":"gateway_stopping"');
  expect((await gateway.ended).code).toBe(0);
  const took = performance.now() - started;
  expect(took).toBeGreaterThan(4000);
  // The model would talk for 100 s.
  expect(took).toBeLessThan(30_000);
  await waitFor("the model to see it", () => seen?.aborted === true);
});
