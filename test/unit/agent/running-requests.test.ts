import { expect, test } from "bun:test";
import { RunningRequests } from "../../../src/agent/running-requests.ts";

const settled = async (promise: Promise<unknown>) =>
  Promise.race([promise.then(() => true), Bun.sleep(0).then(() => false)]);

test("RunningRequests is idle when every run has ended, by itself or because its client went", async () => {
  const running = new RunningRequests();
  expect(await settled(running.idle())).toBe(true);
  const client = new AbortController();
  const first = running.begin(new AbortController().signal);
  const second = running.begin(client.signal);
  const idle = running.idle();
  expect(running.count).toBe(2);
  first.end();
  first.end();
  expect(await settled(idle)).toBe(false);
  client.abort();
  expect(second.signal.aborted).toBe(true);
  expect(second.cut()).toBe(false);
  expect(await settled(idle)).toBe(true);
  expect(running.count).toBe(0);
});

test("RunningRequests counts no run whose client went before it began", () => {
  const running = new RunningRequests();
  expect(running.begin(AbortSignal.abort()).signal.aborted).toBe(true);
  expect(running.count).toBe(0);
});

test("RunningRequests cuts off requests that are under way, and marks them", () => {
  const running = new RunningRequests();
  const run = running.begin(new AbortController().signal);
  running.cutAll();
  expect(run.signal.aborted).toBe(true);
  expect(run.cut()).toBe(true);
  expect(running.count).toBe(1);
  run.end();
  expect(running.count).toBe(0);
});
