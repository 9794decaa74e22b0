import { expect, test } from "bun:test";
import { isGatewayReady, waitBeforeAsking } from "../../../src/gateway/readiness.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const SOCKET = "/run/hermes/gateway-coder.sock";
const RUNNING = { gateway_state: "running", pid: 50, start_time: 5000 };

/** A supervised process 50, and what its state file says. */
function gateway(state?: Readonly<Record<string, unknown>>) {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes");
  host.table.start(50);
  if (state !== undefined) {
    host.disk.putFile("/vol/profiles/coder/gateway_state.json", JSON.stringify(state));
  }
  return { host, isReady: () => isGatewayReady(host, "/vol", profileName("coder"), 50) };
}

test.each(["running", "degraded"])("isGatewayReady() is true for a state of %s", async (state) => {
  expect(await gateway({ ...RUNNING, gateway_state: state }).isReady()).toBe(true);
});

test.each(["starting", "draining", "stopped", "startup_failed", null])(
  "isGatewayReady() is false for a state of %p",
  async (state) => {
    expect(await gateway({ ...RUNNING, gateway_state: state }).isReady()).toBe(false);
  },
);

test("isGatewayReady() is false without a state file and a socket", async () => {
  expect(await gateway().isReady()).toBe(false);
});

test("isGatewayReady() does not count what an earlier process said", async () => {
  expect(await gateway({ ...RUNNING, pid: 49 }).isReady()).toBe(false);
  expect(await gateway({ ...RUNNING, start_time: 4999 }).isReady()).toBe(false);
  expect(await gateway({ ...RUNNING, pid: null }).isReady()).toBe(false);
});

test("isGatewayReady() believes a process that does not know its start time", async () => {
  expect(await gateway({ ...RUNNING, start_time: null }).isReady()).toBe(true);
});

test("isGatewayReady() believes a process of the supervised group", async () => {
  const { host, isReady } = gateway({ ...RUNNING, pid: 51, start_time: null });
  expect(await isReady()).toBe(false);
  host.table.start(51, { parent: 50, group: 50 });
  expect(await isReady()).toBe(true);
});

test("isGatewayReady() asks the socket if the volume says nothing", async () => {
  const { host, isReady } = gateway();
  host.disk.putSocket(SOCKET);
  expect(await isReady()).toBe(false);
  host.sockets.set(SOCKET, () => ({ status: "running", pid: 50 }));
  expect(await isReady()).toBe(true);
});

test.each([
  null,
  "running",
  [],
  {},
  { status: "starting", pid: 50 },
  { status: "running" },
  { status: "running", pid: "50" },
  { status: "running", pid: 49 },
])("isGatewayReady() does not believe %j on the socket", async (answer) => {
  const { host, isReady } = gateway();
  host.disk.putSocket(SOCKET);
  host.sockets.set(SOCKET, () => answer);
  expect(await isReady()).toBe(false);
});

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
