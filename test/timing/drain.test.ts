import { expect, test } from "bun:test";
import { bootContainer } from "../container/support/booted.ts";
import {
  ask,
  configure,
  MODEL_VOLUME,
  modelUrl,
  startModel,
  waitForRequest,
} from "../container/support/model.ts";

const HOME = "/opt/data";
const SOCKET = "/run/hermes/gateway-default.sock";
const COMPLETIONS = "/v1/chat/completions";
const QUESTION = {
  model: "test",
  stream: true,
  messages: [{ role: "user", content: "good morning" }],
};
const CONFIG = `model:\n  base_url: ${modelUrl("patient")}\n  name: test\n  api_key: \${KEY}\n`;

test("the built-in agent cuts off a stream that takes too long, well within the container's 10 s", async () => {
  await using container = await bootContainer({ volumes: [MODEL_VOLUME] });
  await startModel(container);
  await configure(container, HOME, CONFIG, "KEY=k\n");
  await container.execOk("root", ["hermes", "gateway", "start"]);
  const stream = ask(container, SOCKET, COMPLETIONS, QUESTION);
  await waitForRequest(container);
  const stop = await container.exec("root", ["hermes", "gateway", "restart"]);
  expect(stop.code).toBe(0);
  expect(stop.milliseconds).toBeLessThan(9500);
  expect((await stream).body).toContain('"code":"gateway_stopping"');
  const again = ask(container, SOCKET, COMPLETIONS, QUESTION).catch(() => null);
  await waitForRequest(container, 2);
  const { milliseconds } = await container.stop();
  expect(milliseconds).toBeLessThan(9500);
  await again;
  expect(await container.exitCode()).not.toBe(137);
});
