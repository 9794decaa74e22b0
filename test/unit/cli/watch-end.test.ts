import { expect, test } from "bun:test";
import { followLogs } from "../../../src/cli/follow-logs.ts";
import { watchEnd } from "../../../src/cli/watch-end.ts";
import { UTC } from "../../../src/logs/zone-offsets.ts";
import { FakeHost } from "../../support/fake-host.ts";

/** A host whose output has a reader, and how often somebody began to wait for that reader's end. */
function hostWithReader() {
  const host = new FakeHost();
  const { promise: gone, resolve } = Promise.withResolvers<"gone">();
  const state = { waits: 0, leave: () => resolve("gone") };
  const wait = gone.then.bind(gone);
  // oxlint-disable-next-line unicorn/no-thenable -- counts who waits
  gone.then = (...args) => {
    state.waits += 1;
    return wait(...args);
  };
  Object.assign(host.output, { watchReader: async () => ({ gone, stop: () => undefined }) });
  return { host, state };
}

test("watchEnd() gives 141 when the reader of the output is gone, and null before", async () => {
  const { host, state } = hostWithReader();
  const end = await watchEnd(host);
  expect(end()).toBeNull();
  state.leave();
  await Bun.sleep(0);
  expect(end()).toBe(141);
});

test("followLogs() waits once for the end of the reader, however often it looks", async () => {
  const { host, state } = hostWithReader();
  host.clock.after(100_000, state.leave);
  const view = { raw: false, offsetAt: UTC, prefix: () => "", dim: (text: string) => text };
  expect(await followLogs(host, () => [], new Map(), view)).toBe(141);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(100_000);
  expect(state.waits).toBe(1);
});
