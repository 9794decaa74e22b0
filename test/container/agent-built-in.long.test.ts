import { describe, expect, test } from "bun:test";
import type { Container } from "./harness/container.ts";
import { bootContainer, readOutput } from "./support/booted.ts";
import {
  ask,
  configure,
  MODEL_VOLUME,
  modelUrl,
  startModel,
  waitForRequest,
} from "./support/model.ts";
import { findGateway } from "./support/processes.ts";
import { readGateway } from "./support/status.ts";
import { waitFor } from "./harness/wait-for.ts";

const HOME = "/opt/data";
const SOCKET = "/run/hermes/gateway-default.sock";
const PORT = 8642;
const COMPLETIONS = "/v1/chat/completions";
const MOST_RESIDENT_KB = 40 * 1024;

const QUESTION = {
  model: "test",
  stream: true,
  messages: [{ role: "user", content: "good morning" }],
};

const configFor = (mood: string | undefined, more = "") =>
  `model:\n  base_url: ${modelUrl(mood)}\n  name: test\n  api_key: \${KEY}\ngateway:\n  port: ${PORT}\n${more}`;

const gateway = (container: Container, ...words: readonly string[]) =>
  container.exec("root", ["hermes", "gateway", ...words]);

describe("the built-in agent", () => {
  test.concurrent.each([
    { as: "root", flags: [] },
    { as: "hermes", flags: ["--user=10000:10000"] },
  ])("answers on its socket and its port, with the model's bytes (as $as)", async ({ flags }) => {
    await using container = await bootContainer({ flags, volumes: [MODEL_VOLUME] });
    await startModel(container, "right-key");
    await configure(container, HOME, configFor("slow"), "KEY=right-key\n");
    expect(await container.exec("hermes", ["hermes", "gateway", "start"])).toMatchObject({
      code: 0,
    });
    const address = `http://127.0.0.1:${PORT}`;
    for (const target of [SOCKET, address]) {
      const { status, body } = await ask(container, target, COMPLETIONS, QUESTION);
      expect(status).toBe(200);
      expect(body).toContain('"content":"good "');
      expect(body).toEndWith("data: [DONE]\n\n");
    }
    const models = await ask(container, address, "/v1/models");
    expect(JSON.parse(models.body)).toMatchObject({ data: [{ id: "test" }] });
    const seen: unknown = JSON.parse((await ask(container, modelUrl(), "/../requests")).body);
    expect(seen).toMatchObject([
      { authorization: "Bearer right-key", body: { messages: [{ role: "system" }, {}] } },
      { authorization: "Bearer right-key" },
    ]);
    const health = JSON.parse((await ask(container, SOCKET, "/health")).body) as unknown;
    expect(health).toMatchObject({ status: "running", profile: "default", model: "test" });
  });

  test.concurrent("takes at most 40 MB when idle", async () => {
    await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
    await configure(container, HOME, configFor(undefined), "KEY=k\n");
    expect((await gateway(container, "start")).code).toBe(0);
    const { pid } = await findGateway(container, "default");
    const status = await container.execOk("root", ["cat", `/proc/${pid}/status`]);
    expect(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1])).toBeLessThan(MOST_RESIDENT_KB);
  });

  test.concurrent("runs without a model and says in the container's log what to configure", async () => {
    await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
    expect((await gateway(container, "start")).code).toBe(0);
    const problem = `No model is configured: model.base_url and model.name are missing in ${HOME}/config.yaml`;
    const { status, body } = await ask(container, SOCKET, COMPLETIONS, QUESTION);
    expect(status).toBe(503);
    expect(body).toContain(problem);
    await waitFor(async () => (await readOutput(container)).includes(problem));
  });

  test.concurrent("says in hermes status why its configuration keeps it down", async () => {
    await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
    for (const [config, reason] of [
      [
        "gateway:\n  port: none\n",
        `Cannot use ${HOME}/config.yaml: line 2: gateway.port must be a port, a number from 1 to 65535`,
      ],
      [configFor(undefined), "model.api_key needs the variable KEY, which is not set"],
      [
        `gateway:\n  host: 0.0.0.0\n  port: ${PORT}\n`,
        `Cannot listen on 0.0.0.0:${PORT}: anyone could use it, since gateway.token is not set`,
      ],
    ] as const) {
      await configure(container, HOME, config);
      const start = await gateway(container, "start");
      expect(start.code).not.toBe(0);
      expect(start.stderr).toContain(reason);
      const status = await readGateway(container, "default");
      expect(status).toMatchObject({ state: "parked" });
      expect(status.detail).toContain(reason);
      expect(await container.execOk("root", ["hermes", "status"])).toContain(reason);
    }
    await configure(container, HOME, "");
    expect((await gateway(container, "start")).code).toBe(0);
  });

  test.concurrent("is kept down by a port that another gateway has, and by nothing else", async () => {
    await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
    await configure(container, HOME, `gateway:\n  port: ${PORT}\n`);
    expect((await gateway(container, "start")).code).toBe(0);
    await container.execOk("root", ["hermes", "profile", "create", "coder"]);
    const directory = `${HOME}/profiles/coder`;
    await configure(container, directory, `gateway:\n  port: ${PORT}\n`);
    const start = await container.exec("root", ["coder", "gateway", "start"]);
    expect(start.code).not.toBe(0);
    const reason = `Cannot listen on 127.0.0.1:${PORT}: something else listens there already`;
    expect((await readGateway(container, "coder")).detail).toContain(reason);
    await configure(container, directory, `gateway:\n  port: ${PORT + 1}\n`);
    expect((await container.exec("root", ["coder", "gateway", "start"])).code).toBe(0);
    expect(await readGateway(container, "default")).toMatchObject({ state: "ready" });
  });

  test.concurrent("lets a stream finish that ends in time when it is stopped", async () => {
    await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
    await startModel(container);
    await configure(container, HOME, configFor("slow"), "KEY=k\n");
    await gateway(container, "start");
    const question = { ...QUESTION, messages: [{ role: "user", content: "a ".repeat(15) }] };
    const stream = ask(container, SOCKET, COMPLETIONS, question);
    await waitForRequest(container);
    const stop = await gateway(container, "stop");
    expect(stop.code).toBe(0);
    expect((await stream).body).toEndWith("data: [DONE]\n\n");
    expect(await readGateway(container, "default")).toMatchObject({ state: "down" });
  });
});
