import { expect, test } from "bun:test";
import { waitUntil } from "../../../src/core/wait-until.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("waitUntil() returns true as soon as the condition holds", async () => {
  const host = new FakeHost();
  expect(await waitUntil(host, () => host.clock.elapsed() >= 100, 1000, 20)).toBe(true);
  expect(host.clock.elapsed()).toBe(100);
});

test("waitUntil() returns false when the time is up", async () => {
  const host = new FakeHost();
  expect(await waitUntil(host, () => false, 1000, 30)).toBe(false);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(1000);
  expect(host.clock.elapsed()).toBeLessThan(1060);
});

test("waitUntil() looks once even without time", async () => {
  expect(await waitUntil(new FakeHost(), async () => true, 0)).toBe(true);
});
