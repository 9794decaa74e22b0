import { expect, test } from "bun:test";
import { bringDown, bringUp, cycle, waitForEnd } from "../../../../src/services/s6/control.ts";
import type { UpOptions } from "../../../../src/services/manager.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6, type FakeService } from "../../../support/fake-s6.ts";

const SLOT = "/run/service/gateway-coder";
const READ_LOG = "hermes -p coder gateway logs";
const OPTIONS: UpOptions = {
  limitMs: 30_000,
  readLog: READ_LOG,
  readFailure: () => null,
  wasStopped: () => false,
};

function supervised(service: Partial<FakeService> = {}) {
  const host = new FakeHost();
  const state = installS6(host).supervise(SLOT, service);
  return {
    host,
    state,
    up: () => bringUp(host, "gateway-coder", OPTIONS),
    down: () => bringDown(host, "gateway-coder"),
  };
}

test("bringUp() returns when the gateway is ready, not when s6 was asked", async () => {
  const { host, up } = supervised({ readyAfter: 5000 });
  expect(await up()).toMatchObject({ up: true, ready: true });
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(5000);
  expect(host.clock.elapsed()).toBeLessThan(5200);
});

test("bringUp() says what it waits for if that takes longer than 5 s", async () => {
  const slow = supervised({ readyAfter: 6000 });
  await slow.up();
  expect(slow.host.notes).toEqual([
    "Waiting, at most 30 s: 'gateway-coder' runs and is not ready yet",
  ]);
  const quick = supervised({ readyAfter: 4000 });
  await quick.up();
  expect(quick.host.notes).toEqual([]);
});

test("bringUp() is done at once if the gateway is ready already", async () => {
  const { host, up } = supervised({ up: true, wantedUp: true, ready: true, pid: 12 });
  expect((await up()).pid).toBe(12);
  expect(host.clock.elapsed()).toBe(0);
});

test("bringUp() says that a gateway which runs is not ready, and how to read its log", async () => {
  const { host, up } = supervised({ readyAfter: null });
  expect(up()).rejects.toThrow(
    expect.objectContaining({
      code: "not-ready",
      message: "Cannot start 'gateway-coder': it runs but is not ready after 30 s",
      hint: `read the end of its log: \`${READ_LOG}\``,
    }),
  );
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(30_000);
});

test("bringUp() does not wait for a gateway that ended for good", async () => {
  const { host, up } = supervised({ failsWith: 78 });
  expect(up()).rejects.toThrow("Cannot start 'gateway-coder': it exited with code 78");
  expect(host.clock.elapsed()).toBeLessThan(2000);
});

test("bringUp() does not wait if it is clear that the gateway will not be ready", async () => {
  const { host, state } = supervised({ readyAfter: null });
  let failure: string | null = null;
  host.clock.after(500, () => {
    failure = "it crashed with exit code 1";
  });
  const options = { ...OPTIONS, readFailure: () => failure };
  expect(bringUp(host, "gateway-coder", options)).rejects.toThrow(
    "Cannot start 'gateway-coder': it crashed with exit code 1",
  );
  expect(host.clock.elapsed()).toBe(500);
  expect(state.up).toBe(true);
});

test("bringUp() says that a start without a recorded exit was undone", async () => {
  const { host } = supervised({ failsWith: 0 });
  const options = { ...OPTIONS, wasStopped: () => null };
  expect(bringUp(host, "gateway-coder", options)).rejects.toThrow(
    expect.objectContaining({ code: "undone" }),
  );
});

test("bringUp() says that a gateway which exited by itself is not ready", async () => {
  const { host } = supervised({ failsWith: 0 });
  const options = { ...OPTIONS, wasStopped: () => false };
  expect(bringUp(host, "gateway-coder", options)).rejects.toThrow(
    expect.objectContaining({ code: "not-ready" }),
  );
});

test("bringUp() names the signal that ended the gateway", async () => {
  const { up } = supervised({ failsWith: -1, signal: "SIGKILL" });
  expect(up()).rejects.toThrow("it was ended by SIGKILL");
});

test("bringUp() says that s6 does not supervise the slot", async () => {
  const host = new FakeHost();
  installS6(host);
  host.table.install("s6-svc", () => ({}));
  expect(bringUp(host, "gateway-coder", OPTIONS)).rejects.toThrow(
    "Cannot read the status of 'gateway-coder': s6 does not supervise it",
  );
});

test("bringDown() says that the container stops if that has taken the slot away", async () => {
  const host = new FakeHost();
  installS6(host);
  host.table.install("s6-svc", () => ({}));
  host.disk.putFile("/run/hermes-boot/shutting-down", "");
  expect(bringDown(host, "gateway-coder")).rejects.toThrow(
    expect.objectContaining({
      code: "refused",
      exitCode: 75,
      message: "Cannot wait for 'gateway-coder': the container is stopping",
    }),
  );
});

test("bringUp() and bringDown() report a failing s6-svc on one line", async () => {
  const { host, up, down } = supervised();
  host.table.install("s6-svc", () => ({
    exitCode: 111,
    stderr: "s6-svc: fatal: unable to control: Permission denied\n",
  }));
  const why = "failed (rc=111): s6-svc: fatal: unable to control: Permission denied";
  expect(up()).rejects.toThrow(`s6-svc start on 'gateway-coder' ${why}`);
  expect(down()).rejects.toThrow(`s6-svc stop on 'gateway-coder' ${why}`);
});

test("bringDown() returns when the gateway is down", async () => {
  const { state, down } = supervised({ up: true, wantedUp: true, ready: true, pid: 12 });
  await down();
  expect(state).toMatchObject({ up: false, wantedUp: false });
});

test("bringDown() gives up after the stop limit and SIGKILL", async () => {
  const { host, down } = supervised({ up: true, wantedUp: true, pid: 12, stubborn: true });
  expect(down()).rejects.toThrow("Cannot stop 'gateway-coder': it is still up after SIGKILL");
  expect(host.clock.elapsed()).toBeGreaterThan(10_000);
});

test("bringDown() waits for the finish script, too", async () => {
  const { host, state, down } = supervised({ up: true, wantedUp: true, pid: 12, finished: false });
  host.clock.after(3000, () => {
    state.finished = true;
  });
  await down();
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(3000);
  expect(host.clock.elapsed()).toBeLessThan(3200);
});

test("bringDown() reports a failing s6-svstat on one line", async () => {
  const { host, down } = supervised();
  host.table.install("s6-svstat", () => ({ exitCode: 111, stderr: "s6-svstat: fatal: no\n" }));
  expect(down()).rejects.toThrow("s6-svstat on 'gateway-coder' failed (rc=111): s6-svstat: fatal");
});

test("bringUp() waits on while s6 still wants a gateway up that is between two starts", async () => {
  const { host, state, up } = supervised();
  host.table.install("s6-svc", () => {
    state.wantedUp = true;
    host.clock.after(3000, () => Object.assign(state, { up: true, ready: true, pid: 9 }));
    return {};
  });
  expect(await up()).toMatchObject({ pid: 9 });
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(3000);
});

test("waitForEnd() waits for the finish script of a gateway that is down already", async () => {
  const { host, state } = supervised({ finished: false });
  host.clock.after(1000, () => {
    state.finished = true;
  });
  await waitForEnd(host, "gateway-coder");
  expect(host.clock.elapsed()).toBe(1000);
});

test("waitForEnd() does not wait for a gateway that another command has started again", async () => {
  const { host, state } = supervised({ finished: false });
  host.clock.after(1000, () => Object.assign(state, { up: true, wantedUp: true, pid: 12 }));
  await waitForEnd(host, "gateway-coder");
  expect(host.clock.elapsed()).toBe(1000);
});

test("bringUp() that failed returns when the finish script has ended", async () => {
  const { host, state } = supervised({ failsWith: 78, finished: false });
  host.clock.after(300, () => {
    state.finished = true;
  });
  const options = { ...OPTIONS, readFailure: () => "it cannot run with this configuration" };
  expect(bringUp(host, "gateway-coder", options)).rejects.toThrow("it cannot run with");
  await Bun.sleep(0);
  expect(host.clock.elapsed()).toBe(300);
});

test("cycle() is one command, and returns when another process is there", async () => {
  const { host, state } = supervised({ up: true, wantedUp: true, ready: true, pid: 12 });
  await cycle(host, "gateway-coder", 12);
  expect(state.wantedUp).toBe(true);
  const asked = host.table.commands.filter(([program]) => program === "/command/s6-svc");
  expect(asked).toEqual([["/command/s6-svc", "-du", SLOT]]);
});

test("cycle() returns when the old process is gone, also if no new one comes", async () => {
  const { host, state } = supervised({ up: true, wantedUp: true, pid: 12, failsWith: 1 });
  await cycle(host, "gateway-coder", 12);
  expect(state.up).toBe(false);
  expect(host.clock.elapsed()).toBe(0);
});

test("cycle() gives up after the stop limit, SIGKILL and the finish script", async () => {
  const { host } = supervised({ up: true, wantedUp: true, pid: 12, stubborn: true });
  expect(cycle(host, "gateway-coder", 12)).rejects.toThrow("it is still up after SIGKILL");
  expect(host.clock.elapsed()).toBeWithin(25_000, 27_000);
});

test("bringDown() says that another command has started the service again", async () => {
  const { host, state, down } = supervised({ up: true, wantedUp: true, pid: 12, stubborn: true });
  host.clock.after(100, () => {
    state.wantedUp = true;
  });
  expect(down()).rejects.toThrow("Cannot stop 'gateway-coder': another command has started it");
});
