import { expect, test } from "bun:test";
import { prepareStart } from "../../../src/gateway/before-start.ts";
import {
  EMPTY_RECORD,
  readExitRecord,
  writeExitRecord,
} from "../../../src/gateway/record/exit-record.ts";
import { announceShutdown } from "../../../src/core/boot-directory.ts";
import { readStopNotice } from "../../../src/gateway/record/stop-notice.ts";
import { recordDesiredState } from "../../../src/gateway/record/desired-state.ts";
import { TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");

function image(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.table.start(50);
  return host;
}

test("prepareStart() waits for nothing the first time, and records the process", async () => {
  const host = image();
  expect(await prepareStart(host, "/vol", CODER, 50, [])).toBe(0);
  expect(readExitRecord(host, CODER)).toEqual({
    ...EMPTY_RECORD,
    pid: 50,
    startTime: 5000,
    beginsAt: TEST_UPTIME,
  });
});

test("prepareStart() waits for what is left of a delay, whatever the clock on the wall says", async () => {
  const host = image();
  writeExitRecord(host, CODER, {
    ...EMPTY_RECORD,
    backoffUntil: TEST_UPTIME + 4000,
    parkedReason: "crashed",
    crashes: [TEST_UPTIME],
  });
  host.clock.advance(1500);
  expect(await prepareStart(host, "/vol", CODER, 50, [])).toBe(2500);
  expect(readExitRecord(host, CODER)).toMatchObject({
    beginsAt: TEST_UPTIME + 4000,
    parkedReason: null,
    crashes: [TEST_UPTIME],
  });
});

test("prepareStart() lets the gateway start if nothing can be recorded, and says so", async () => {
  const host = image();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  expect(await prepareStart(host, "/vol", CODER, 50, [])).toBe(0);
  expect(host.notes).toEqual(["warning: cannot record the start: no space left on device"]);
});

const OUTLIVED = [{ pid: 40, startTime: 4000 }];

function withOutlived(desired?: "running" | "stopped"): FakeHost {
  const host = image();
  host.disk.putDirectory("/vol/profiles/coder");
  if (desired !== undefined) recordDesiredState(host, "/vol", CODER, desired);
  host.table.start(40, { argv: ["agent"] });
  host.table.start(41, { group: 40, argv: ["tool"] });
  return host;
}

test("prepareStart() first ends what outlived its supervisor, with its children", async () => {
  const host = withOutlived("running");
  expect(await prepareStart(host, "/vol", CODER, 50, OUTLIVED)).toBe(0);
  expect(host.table.signals).toEqual(["40 SIGTERM", "41 SIGTERM"]);
  expect(host.notes).toEqual(["Gateway 'coder' outlived its supervisor (pid 40): ended"]);
  expect(readStopNotice(host, CODER, { pid: 40, startTime: 4000 })).toBe("restart");
});

test("prepareStart() kills what ignores SIGTERM for ten seconds", async () => {
  const host = image();
  host.table.start(40, { argv: ["agent"], onSignal: (signal) => signal === "SIGKILL" });
  const before = host.clock.elapsed();
  expect(await prepareStart(host, "/vol", CODER, 50, OUTLIVED)).toBe(0);
  expect(host.table.signals).toContain("40 SIGKILL");
  expect(host.clock.elapsed() - before).toBe(10_000);
});

test("prepareStart() leaves a process alone whose pid was given away since", async () => {
  const host = withOutlived("running");
  expect(await prepareStart(host, "/vol", CODER, 50, [{ pid: 40, startTime: 3999 }])).toBe(0);
  expect(host.table.signals).toEqual([]);
  expect(host.notes).toEqual([]);
});

test("prepareStart() ends the children of a process that is gone", async () => {
  const host = image();
  host.table.start(41, { group: 40, argv: ["tool"] });
  await prepareStart(host, "/vol", CODER, 50, OUTLIVED);
  expect(host.table.signals).toEqual(["41 SIGTERM"]);
});

test("prepareStart() carries out a stop that the supervisor did not live to carry out", async () => {
  const host = withOutlived("stopped");
  expect(await prepareStart(host, "/vol", CODER, 50, OUTLIVED)).toBe("stay-down");
  expect(host.table.signals).toEqual(["40 SIGTERM", "41 SIGTERM"]);
  expect(readStopNotice(host, CODER, { pid: 40, startTime: 4000 })).toBe("stop");
  expect(readExitRecord(host, CODER)).toEqual(EMPTY_RECORD);
});

test("prepareStart() starts what an operator starts by hand, whatever was asked for before", async () => {
  const host = image();
  host.disk.putDirectory("/vol/profiles/coder");
  recordDesiredState(host, "/vol", CODER, "stopped");
  expect(await prepareStart(host, "/vol", CODER, 50, [])).toBe(0);
});

test("prepareStart() starts nothing while the container goes down", async () => {
  const host = image();
  announceShutdown(host);
  expect(await prepareStart(host, "/vol", CODER, 50, [])).toBe("stay-down");
});

test("prepareStart() records what the OOM killer has ended so far", async () => {
  const host = image();
  host.disk.putFile("/proc/self/cgroup", "0::/\n");
  host.disk.putFile("/sys/fs/cgroup/memory.events", "low 0\noom 3\noom_kill 2\n");
  await prepareStart(host, "/vol", CODER, 50, []);
  expect(readExitRecord(host, CODER).oomKills).toBe(2);
});
