import { expect, test } from "bun:test";
import { endStartTurn, waitBeforeAsking } from "../../../src/gateway/start-turn.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";

function starting(turn: string): FakeHost {
  const host = new FakeHost({ environment: { HERMES_S6_START_TURN: turn } });
  host.table.start(50);
  host.table.start(51, { group: 50 });
  host.table.start(60);
  return host;
}

test("endStartTurn() ends the process that holds the gateway's turn", () => {
  const host = starting("51");
  endStartTurn(host, 50);
  expect(host.table.signals).toEqual(["51 SIGTERM"]);
});

test.each(["", "0", "1", "x", "60", "70"])(
  "endStartTurn() ends nothing for the holder %j",
  (turn) => {
    const host = starting(turn);
    endStartTurn(host, 50);
    expect(host.table.signals).toEqual([]);
  },
);

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
