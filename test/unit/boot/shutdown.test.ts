import { expect, test } from "bun:test";
import { shutDown } from "../../../src/boot/shutdown.ts";
import { systemError } from "../../support/system-error.ts";
import { isShutdownAnnounced } from "../../../src/core/boot-directory.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";

const RUNNING: Partial<FakeService> = { up: true, wantedUp: true, ready: true, pid: 9 };

function gateways(...services: readonly Partial<FakeService>[]) {
  const host = new FakeHost({ uid: 0 });
  const s6 = installS6(host);
  const states = services.map((service, index) => {
    host.disk.putDirectory(`/run/service/gateway-g${index}`);
    return s6.supervise(`/run/service/gateway-g${index}`, service);
  });
  return { host, states };
}

test("shutDown() brings every gateway down, without waiting if all do as told", async () => {
  const { host, states } = gateways(RUNNING, {}, RUNNING);
  await shutDown(host);
  expect(states.map((state) => state.up)).toEqual([false, false, false]);
  expect(host.clock.elapsed()).toBe(0);
  expect(host.notes).toEqual([]);
});

test("shutDown() records nothing but that it happens: what ran comes back", async () => {
  const { host } = gateways(RUNNING);
  await shutDown(host);
  expect(host.disk.written.map(({ path }) => path)).toEqual(["/run/hermes-boot/shutting-down"]);
});

test("shutDown() announces itself before it ends anything", async () => {
  const { host } = gateways(RUNNING);
  const announced: boolean[] = [];
  host.table.install("s6-svscanctl", () => {
    announced.push(isShutdownAnnounced(host));
    return {};
  });
  await shutDown(host);
  expect(announced).toContain(true);
  expect(announced).not.toContain(false);
});

test("shutDown() goes on if it cannot announce itself, and says so", async () => {
  const { host, states } = gateways(RUNNING);
  host.disk.fail("/run/hermes-boot", "write", "ENOSPC");
  await shutDown(host);
  expect(states[0]?.up).toBe(false);
  expect(host.notes).toEqual(["warning: no space left on device: ends count as crashes"]);
});

test("shutDown() takes every gateway out of s6, by one order that no command undoes", async () => {
  const { host } = gateways(RUNNING, {}, RUNNING);
  await shutDown(host);
  const slots = host.files.listDirectory("/run/service");
  expect(
    slots.kind === "names" ? slots.names.filter((name) => !name.startsWith(".")) : null,
  ).toEqual([]);
  expect(host.table.commands).toEqual([["/command/s6-svscanctl", "-an", "/run/service"]]);
});

test("shutDown() goes on with a slot that it cannot take out, and says so", async () => {
  const { host, states } = gateways(RUNNING, RUNNING);
  const rename = host.files.rename.bind(host.files);
  host.files.rename = (from, to) => {
    if (from === "/run/service/gateway-g0") throw systemError("EIO");
    rename(from, to);
  };
  await shutDown(host);
  expect(states.map((state) => state.up)).toEqual([true, false]);
  expect(host.notes).toEqual([
    "warning: cannot hide gateway 'g0': input/output error",
    "warning: not down after 7 s, killed: gateway-g0",
  ]);
});

test("shutDown() tells s6-svscan again until it takes the order, and says why it did not", async () => {
  const { host } = gateways(RUNNING);
  let tries = 0;
  host.table.install("s6-svscanctl", () => {
    tries += 1;
    return { exitCode: 111, stderr: "s6-svscanctl: fatal: unable to control\n" };
  });
  await shutDown(host);
  expect(tries).toBeGreaterThan(10);
  expect(host.notes).toEqual([
    "warning: s6-svscanctl on '/run/service' failed (rc=111): s6-svscanctl: fatal: unable to control",
    "warning: not down after 7 s, killed: gateway-g0",
  ]);
  expect(host.clock.elapsed()).toBeLessThan(8000);
});

test("shutDown() kills what is left at the end of its budget, then its supervisor, and stays below 8 s", async () => {
  const { host } = gateways(RUNNING, { ...RUNNING, busy: true });
  host.table.start(20, { command: "s6-supervise" });
  host.disk.putLink("/proc/20/cwd", "/run/service/.gateway-g1.gone");
  host.table.start(21, { parent: 20 });
  const signals: string[] = [];
  host.processes.sendSignal = (pid, signal) => {
    signals.push(`${pid} ${signal}`);
    return true;
  };
  await shutDown(host);
  expect(host.notes).toEqual(["warning: not down after 7 s, killed: gateway-g1"]);
  expect(signals).toEqual(["-21 SIGKILL", "20 SIGKILL", "-21 SIGKILL"]);
  expect(host.clock.elapsed()).toBeLessThan(8000);
});

test("shutDown() has nothing to do without gateways, and leaves other services alone", async () => {
  const { host } = gateways();
  host.disk.putFifo("/run/service/registrar/supervise/control", "present");
  host.disk.putDirectory("/run/service/gateway-unsupervised");
  await shutDown(host);
  expect(host.table.commands).toEqual([]);
});

function withMain(onSignal: () => boolean, startTime = 7000) {
  const { host } = gateways();
  host.disk.putFile("/run/hermes-boot/main.json", '{"pid": 70, "startTime": 7000}');
  host.table.start(70, { onSignal, startTime });
  return host;
}

test("shutDown() asks the main program to end", async () => {
  const host = withMain(() => true);
  await shutDown(host);
  expect(host.table.signals).toEqual(["70 SIGTERM"]);
});

/** The main program, and above it what notes its exit code and ends a moment later. */
function withNoter(command: string) {
  const { host } = gateways();
  host.disk.putFile("/run/hermes-boot/main.json", '{"pid": 70, "startTime": 7000}');
  host.table.start(60, { command });
  host.table.start(70, { startTime: 7000, parent: 60 });
  return host;
}

test("shutDown() lets the init note the exit code of the main program", async () => {
  const host = withNoter("rc.init");
  const readProcess = host.processes.readProcess.bind(host.processes);
  host.processes.readProcess = (pid) =>
    pid === 60 && host.clock.elapsed() >= 200 ? null : readProcess(pid);
  await shutDown(host);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(200);
  expect(host.clock.elapsed()).toBeLessThan(300);
});

test.each([
  ["rc.init", 500],
  ["s6-supervise", 0],
])("shutDown() waits for %s above the main program %d ms at most", async (command, limit) => {
  const host = withNoter(command);
  await shutDown(host);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(limit);
  expect(host.clock.elapsed()).toBeLessThan(limit + 100);
});

test("shutDown() signals no other process that got the main program's pid", async () => {
  const host = withMain(() => true, 8000);
  await shutDown(host);
  expect(host.table.signals).toEqual([]);
});

test("shutDown() waits for the main program no longer than its budget", async () => {
  const host = withMain(() => false);
  await shutDown(host);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(7000);
  expect(host.clock.elapsed()).toBeLessThan(7100);
});

test("shutDown() goes on if it may not signal the main program", async () => {
  const host = new FakeHost();
  host.disk.putFile("/run/hermes-boot/main.json", '{"pid": 70, "startTime": 7000}');
  host.table.start(70);
  host.processes.sendSignal = () => {
    throw systemError("EPERM");
  };
  await shutDown(host);
  expect(host.notes).toEqual([
    "warning: cannot end the container's command: operation not permitted",
  ]);
});
