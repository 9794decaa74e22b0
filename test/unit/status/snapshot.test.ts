import { expect, test } from "bun:test";
import { takeSnapshot } from "../../../src/status/snapshot.ts";
import { createNoServiceManager } from "../../../src/services/none/manager.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { appendToHistory } from "../../../src/gateway/record/exit-history.ts";
import {
  EMPTY_RECORD,
  writeExitRecord,
  type ExitRecord,
} from "../../../src/gateway/record/exit-record.ts";
import type { RecordedExit } from "../../../src/gateway/record/exit.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { profileName } from "../../support/names.ts";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";

function installation(gateways: Readonly<Record<string, Partial<FakeService>>> = {}) {
  const host = new FakeHost();
  const s6 = installS6(host);
  for (const [name, service] of Object.entries(gateways)) {
    host.disk.putDirectory(`/run/service/gateway-${name}`);
    s6.supervise(`/run/service/gateway-${name}`, service);
    if (name !== "default") host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  }
  const take = () => takeSnapshot(host, "/vol", createS6Manager(host));
  return { host, s6, take };
}

test.each([
  [{ ready: false, secondsInState: 120 }, undefined, false],
  [{ ready: false, secondsInState: 121 }, undefined, true],
  [{ ready: true, secondsInState: 121 }, undefined, false],
  [{ ready: false, secondsInState: 121 }, "300", false],
])(
  "takeSnapshot() of %j with HERMES_READY_TIMEOUT=%p: overdue %p",
  async (part, limit, isOverdue) => {
    const { host, take } = installation({
      default: { up: true, wantedUp: true, pid: 5, ...part },
    });
    if (limit !== undefined) host.environment["HERMES_READY_TIMEOUT"] = limit;
    expect((await take()).gateways[0]).toMatchObject({ isOverdue });
  },
);

test.each([
  [{ up: true, wantedUp: true, ready: true, pid: 5 }, "ready", 5],
  [{ up: true, wantedUp: true, ready: false, pid: 5 }, "starting", 5],
  [{ up: true, wantedUp: false, ready: true, pid: 5 }, "stopping", 5],
  [{ up: false, wantedUp: true }, "restarting", null],
  [{ up: false, wantedUp: false }, "down", null],
  [{ up: false, wantedUp: false, finished: false }, "stopping", null],
])("takeSnapshot() judges %j as %s", async (service, state, pid) => {
  const { gateways } = await installation({ default: service }).take();
  expect(gateways.length).toBe(1);
  expect(gateways[0]).toMatchObject({
    profile: "default",
    desired: null,
    state,
    pid,
    secondsInState: 7,
    detail: null,
    recentCrashes: 0,
    lastExit: null,
  });
});

test("takeSnapshot() has the state booting and no drift for a gateway without a slot during the boot", async () => {
  const { host, take } = installation({});
  host.disk.putFile(MAIN_WRAPPER, "");
  host.table.start(1, { argv: ["s6-svscan"], command: "s6-svscan" });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  const { booting, gateways } = await take();
  expect(booting).toBe(true);
  expect(gateways[0]).toMatchObject({ state: "booting", drift: null });
});

const CRASH: RecordedExit = {
  at: 1,
  pid: 5,
  startTime: 500,
  code: 1,
  signal: null,
  ranMs: 10,
  meaning: "crashed",
  reason: "crashed with exit code 1",
  backoffMs: 4000,
};

/** Of a gateway whose policy has something to say. */
async function snapshotOf(service: Partial<FakeService>, record: Partial<ExitRecord>) {
  const { host, take } = installation({ coder: service });
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "running"}');
  const whole = { ...EMPTY_RECORD, exits: [CRASH], ...record };
  writeExitRecord(host, profileName("coder"), whole);
  return (await take()).gateways[1];
}

/** What is recorded of a process that started seven seconds ago and waited first. */
const begun = (waited: number): Partial<ExitRecord> => ({
  pid: 5,
  startTime: (TEST_UPTIME - 7000) / 10,
  beginsAt: TEST_UPTIME - 7000 + waited,
});

test("takeSnapshot() counts the seconds from the end of a backoff, which s6 counts as up", async () => {
  const service = { up: true, wantedUp: true, ready: true, pid: 5 };
  const seconds = async (record: Partial<ExitRecord>) =>
    (await snapshotOf(service, record))?.secondsInState;
  expect(await seconds(begun(5000))).toBe(2);
  // A start without a delay, one that waits yet, and another process's.
  expect(await seconds(begun(300))).toBe(7);
  expect(await seconds(begun(30_000))).toBe(7);
  expect(await seconds({ ...begun(5000), pid: 6 })).toBe(7);
});

const UP = { up: true, wantedUp: true, ready: false, pid: 5 };
const THRICE = [TEST_UPTIME, TEST_UPTIME, TEST_UPTIME];

test.each([
  [
    UP,
    { backoffUntil: TEST_UPTIME + 11_500, crashes: THRICE },
    "backoff",
    "12 s after 3 crashes: crashed with exit code 1",
  ],
  [
    { up: false, wantedUp: true },
    { backoffUntil: TEST_UPTIME + 900, crashes: [TEST_UPTIME] },
    "backoff",
    "1 s after 1 crash: crashed with exit code 1",
  ],
  [
    UP,
    { backoffUntil: TEST_UPTIME - 1, crashes: THRICE },
    "starting",
    "after 3 crashes: crashed with exit code 1",
  ],
  [{ up: false }, { parkedReason: "crashed 8 times" }, "parked", "crashed 8 times"],
  [{ up: false }, {}, "down", "crashed with exit code 1"],
  [{ ...UP, ready: true }, { crashes: THRICE }, "ready", null],
] satisfies readonly (readonly [
  Partial<FakeService>,
  Partial<ExitRecord>,
  string,
  string | null,
])[])(
  "takeSnapshot() judges %j with %j as %s",
  async (service, record: Partial<ExitRecord>, state, detail) => {
    expect(await snapshotOf(service, record)).toMatchObject({
      state,
      detail,
      recentCrashes: record.crashes?.length ?? 0,
      lastExit: CRASH,
    });
  },
);

test("takeSnapshot() has the number of automatic restarts", async () => {
  expect(await snapshotOf({}, { restarts: 3 })).toMatchObject({ restarts: 3 });
});

test("takeSnapshot() has the last exit from the volume after a restart of the container", async () => {
  const { host, take } = installation({ coder: {} });
  appendToHistory(host, "/vol/profiles/coder", CRASH);
  expect((await take()).gateways[1]).toMatchObject({
    lastExit: CRASH,
    recentCrashes: 0,
    detail: null,
  });
});

test("takeSnapshot() shows a profile without a slot, and a slot without a profile", async () => {
  const { host, take } = installation({ default: {} });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putDirectory("/run/service/gateway-orphan");
  const { gateways } = await take();
  expect(gateways.map(({ profile, state }) => [String(profile), state])).toEqual([
    ["default", "down"],
    ["coder", "not-registered"],
    ["orphan", "not-registered"],
  ]);
});

test("takeSnapshot() has the reason why an unregistered gateway could not start", async () => {
  const { host, take } = installation({ default: {} });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  const state = { gateway_state: "startup_failed", exit_reason: "Cannot listen on 127.0.0.1:1" };
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", JSON.stringify(state));
  expect((await take()).gateways[1]).toMatchObject({
    state: "not-registered",
    detail: "could not start: Cannot listen on 127.0.0.1:1",
  });
});

test("takeSnapshot() has the desired state and the state", async () => {
  const { host, take } = installation({ coder: { up: false } });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "running"}');
  const { gateways } = await take();
  expect(gateways[1]).toMatchObject({ profile: "coder", desired: "running", state: "down" });
});

test("takeSnapshot() continues after a gateway whose state cannot be read", async () => {
  const { take } = installation({ default: {}, coder: { broken: "s6-svstat: fatal: no" } });
  const { gateways } = await take();
  expect(gateways.map(({ state }) => state)).toEqual(["down", "unknown"]);
  expect(gateways[1]?.detail).toBe(
    "s6-svstat on 'gateway-coder' failed (rc=111): s6-svstat: fatal: no",
  );
});

test.each([
  ["running", { up: false }, "should run, but is down"],
  [
    "stopped",
    { up: true, wantedUp: true, ready: true, pid: 5 },
    "should be stopped, but the supervisor keeps it up",
  ],
  ["running", { up: true, wantedUp: true, ready: true, pid: 5 }, null],
  ["stopped", { up: false }, null],
] as const)(
  "takeSnapshot() of one wanted %s with %j: drift is %j",
  async (wanted, service, drift) => {
    const { host, take } = installation({ coder: service });
    host.disk.putFile("/vol/profiles/coder/gateway_state.json", `{"desired_state": "${wanted}"}`);
    expect((await take()).gateways[1]).toMatchObject({ drift });
  },
);

test("takeSnapshot() has the reason why a desired state cannot be read", async () => {
  const { host, take } = installation({ coder: {} });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", "{");
  const [root, coder] = (await take()).gateways;
  expect(coder).toMatchObject({
    desired: null,
    stateFileError: "state file is not JSON",
    state: "down",
  });
  expect(root).toMatchObject({ desired: null, stateFileError: null });
});

test("takeSnapshot() finds a gateway in the foreground in /proc by its start time only", async () => {
  const { host, take } = installation({ coder: {} });
  const state = { desired_state: "running", pid: 77, start_time: 7700, gateway_state: "running" };
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", JSON.stringify(state));
  expect((await take()).gateways[1]).toMatchObject({ state: "down", reportedState: "running" });
  host.table.start(77);
  expect((await take()).gateways[1]).toMatchObject({
    state: "foreground",
    pid: 77,
    drift: null,
    since: "2026-11-20T06:24:22.000Z",
    secondsInState: 3523,
  });
  const recycled = JSON.stringify({ ...state, start_time: 1 });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", recycled);
  expect((await take()).gateways[1]).toMatchObject({ state: "down" });
});

test("takeSnapshot() has the reason of a degraded gateway in one line", async () => {
  const { host, take } = installation({ coder: { up: true, wantedUp: true, ready: true, pid: 5 } });
  const state = { gateway_state: "degraded", exit_reason: "model\nunreachable\u001b[2J" };
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", JSON.stringify(state));
  expect((await take()).gateways[1]).toMatchObject({
    state: "ready",
    reportedState: "degraded",
    detail: "it reports that it is degraded: model unreachable [2J",
  });
});

test("takeSnapshot() marks a slot whose profile is gone", async () => {
  const { host, take } = installation();
  host.disk.putDirectory("/run/service/gateway-gone");
  expect((await take()).gateways[1]).toMatchObject({
    drift: "has a slot, but its profile is gone",
  });
});

test("takeSnapshot() does not mark a slot whose profile cannot be read", async () => {
  const { host, take } = installation({ coder: {} });
  host.disk.fail("/vol/profiles", "read", "EACCES");
  expect((await take()).gateways[1]).toMatchObject({ profile: "coder", drift: null });
});

test("takeSnapshot() has the image's declared services", async () => {
  const { host, s6, take } = installation();
  host.disk.putFile("/run/service/registrar/notification-fd", "3");
  s6.supervise("/run/service/registrar", { up: true, wantedUp: true, ready: true, pid: 9 });
  host.disk.putFile("/run/service/dashboard/disabled", "");
  s6.supervise("/run/service/dashboard");
  expect((await take()).services).toMatchObject([
    { name: "dashboard", state: "down", detail: "HERMES_DASHBOARD is off", ok: true },
    { name: "registrar", state: "ready", pid: 9, ok: true },
  ]);
});

test("takeSnapshot() has the time of the snapshot and of the last change", async () => {
  const snapshot = await installation({ default: { up: true, wantedUp: true, pid: 5 } }).take();
  expect(snapshot.takenAt).toBe("2026-11-20T07:23:05.000Z");
  expect(snapshot.gateways[0]?.since).toBe("2024-11-16T13:36:27.000Z");
});

test("takeSnapshot() is version 2 and names the manager and the home", async () => {
  const { host } = installation();
  expect(await takeSnapshot(host, "/vol", createNoServiceManager())).toMatchObject({
    version: 2,
    manager: "none (gateways run in the foreground)",
    home: "/vol",
    gateways: [{ profile: "default", state: "not-registered" }],
  });
});

test("takeSnapshot() prefers the recorded order to the state file", async () => {
  const { host, take } = installation({ default: { up: true, wantedUp: true, ready: true } });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "stopped"}');
  host.disk.putFile("/run/hermes/gateway-default.desired-state", "running\n");
  expect((await take()).gateways[0]).toMatchObject({ desired: "running", drift: null });
});

test("takeSnapshot() finds an unsupervised gateway by its pid alone, and its drift", async () => {
  const { host, take } = installation({ coder: { up: false, wantedUp: false } });
  host.disk.putFile(
    "/vol/profiles/coder/gateway_state.json",
    '{"pid": 300, "desired_state": "stopped"}',
  );
  host.table.start(300, { argv: ["/srv/agent", "-p", "coder", "gateway", "run"] });
  const { gateways } = await take();
  expect(gateways.find(({ profile }) => profile === "coder")).toMatchObject({
    state: "foreground",
    pid: 300,
    drift: "should be stopped, but runs",
  });
});

/** A gateway that s6 keeps down, and a process that its slot has recorded. */
function lost(record: string) {
  const world = installation({ coder: {} });
  const state = { desired_state: "running", pid: 77, start_time: 7700, gateway_state: "running" };
  world.host.disk.putFile("/vol/profiles/coder/gateway_state.json", JSON.stringify(state));
  world.host.disk.putFile("/run/service/gateway-coder/data/pid", record);
  world.host.table.start(77);
  return world;
}

test("takeSnapshot() distinguishes an unsupervised gateway from one in the foreground by the slot's record", async () => {
  const { s6, take } = lost("77 7700\n");
  expect((await take()).gateways[1]).toMatchObject({
    state: "unsupervised",
    pid: 77,
    drift: "should run, but nothing restarts it",
  });
  // It was started again, and ends the other.
  s6.supervise("/run/service/gateway-coder", { up: true, wantedUp: true, pid: 78 });
  expect((await take()).gateways[1]).toMatchObject({ state: "starting", pid: 78 });
});

test.each(["77 7699\n", "", "77\n", "x 7700\n", "-77 7700\n", "1 100\n"])(
  "takeSnapshot() believes no record that is not of this process (%j)",
  async (record) => {
    expect((await lost(record).take()).gateways[1]).toMatchObject({ state: "foreground", pid: 77 });
  },
);

test("takeSnapshot() finds a gateway whose slot is not supervised", async () => {
  const { s6, take } = lost("77 7700\n");
  s6.services.delete("/run/service/gateway-coder");
  expect((await take()).gateways[1]).toMatchObject({ state: "unsupervised", pid: 77 });
});

test("takeSnapshot() has the state of the logger of a gateway that is up", async () => {
  const { s6, take } = installation({ coder: { up: true, wantedUp: true, ready: true, pid: 5 } });
  expect((await take()).gateways[1]?.logger).toBeNull();
  s6.supervise("/run/service/gateway-coder/log", { up: true, wantedUp: true, pid: 6 });
  expect((await take()).gateways[1]?.logger).toBe("up");
  s6.supervise("/run/service/gateway-coder/log", {});
  expect((await take()).gateways[1]?.logger).toBe("down");
});

test("takeSnapshot() has the reason why the volume cannot be read", async () => {
  const { host, take } = installation();
  expect((await take()).homeError).toBe("/vol is missing");
  host.disk.putDirectory("/vol");
  expect((await take()).homeError).toBeNull();
  host.disk.fail("/vol/profiles", "read", "EACCES");
  expect((await take()).homeError).toBe("/vol/profiles cannot be read: permission denied");
});
