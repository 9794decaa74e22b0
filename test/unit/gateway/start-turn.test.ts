import { expect, test } from "bun:test";
import { waitBeforeAsking } from "../../../src/gateway/start-turn.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("waitBeforeAsking() waits only for a gateway that is not ready after a minute", async () => {
  const host = new FakeHost();
  host.table.start(50, { startTime: TEST_UPTIME / 10 });
  await waitBeforeAsking(host, 50);
  host.clock.advance(60_000);
  await waitBeforeAsking(host, 50);
  expect(host.clock.elapsed()).toBe(60_000);
  host.clock.advance(1);
  await waitBeforeAsking(host, 50);
  expect(host.clock.elapsed()).toBe(63_001);
  await waitBeforeAsking(host, 51);
  expect(host.clock.elapsed()).toBe(63_001);
});
