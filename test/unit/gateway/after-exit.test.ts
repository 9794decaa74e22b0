import { expect, test } from "bun:test";
import { handleExit, type FinishFacts } from "../../../src/gateway/after-exit.ts";
import { prepareStart } from "../../../src/gateway/before-start.ts";
import { announceShutdown } from "../../../src/core/boot-directory.ts";
import { announceStop, type StopReason } from "../../../src/gateway/record/stop-notice.ts";
import { readExitHistory } from "../../../src/gateway/record/exit-history.ts";
import { readExitRecord } from "../../../src/gateway/record/exit-record.ts";
import { recordDesiredState } from "../../../src/gateway/record/desired-state.ts";
import { readDesiredState } from "../../../src/gateway/record/state-store.ts";
import { TEST_TIME, TEST_UPTIME } from "../../support/fake-clock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const PROFILE = "/vol/profiles/coder";
const STATE = `${PROFILE}/gateway_state.json`;
const CRASH: FinishFacts = {
  code: 1,
  signal: null,
  wantedUp: true,
  processes: [{ pid: 50, startTime: 5000 }],
};

/** A container in which gateway `coder` was started as process 50 and lived for a while. */
async function lived(milliseconds = 5000): Promise<FakeHost> {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory(PROFILE);
  host.table.start(50);
  await prepareStart(host, "/vol", CODER, 50, []);
  host.clock.advance(milliseconds);
  host.table.end(50);
  return host;
}

const finish = (host: FakeHost, facts: Partial<FinishFacts> = {}) =>
  handleExit(host, "/vol", CODER, { ...CRASH, ...facts }, async () => null);

test("handleExit() records a crash: in the run-time directory for the policy, on the volume for people", async () => {
  const host = await lived();
  const { backoffMs } = await finish(host);
  const exit = {
    at: TEST_TIME + 5000,
    pid: 50,
    startTime: 5000,
    code: 1,
    signal: null,
    ranMs: 5000,
    meaning: "crashed",
    reason: "crashed with exit code 1",
    backoffMs,
  } as const;
  expect(backoffMs).toBeWithin(900, 1001);
  expect(readExitRecord(host, CODER)).toEqual({
    version: 1,
    pid: 50,
    startTime: 5000,
    oomKills: null,
    beginsAt: TEST_UPTIME,
    backoffUntil: TEST_UPTIME + 5000 + (backoffMs ?? 0),
    parkedReason: null,
    crashes: [TEST_UPTIME + 5000],
    restarts: 1,
    exits: [exit],
  });
  expect(readExitHistory(host, PROFILE)).toEqual([exit]);
  expect(host.notes).toEqual([
    `Gateway 'coder' crashed with exit code 1: starts again in ${((backoffMs ?? 0) / 1000).toFixed(1)} s`,
  ]);
});

test("handleExit() keeps a gateway down at its eighth crash, and says what starts it", async () => {
  const host = await lived();
  for (let crash = 1; crash <= 7; crash += 1) {
    expect((await finish(host)).backoffMs).not.toBeNull();
    host.clock.advance(60_000);
    await prepareStart(host, "/vol", CODER, 50, []);
  }
  host.notes.length = 0;
  expect((await finish(host)).backoffMs).toBeNull();
  const reason = "crashed 8 times in 10 minutes, at last with exit code 1";
  expect(readExitRecord(host, CODER).parkedReason).toBe(reason);
  expect(host.notes).toEqual([
    `✗ Gateway 'coder' stays down: ${reason}; \`hermes -p coder gateway start\` starts it again`,
  ]);
});

test("handleExit() forgets crashes after ten minutes", async () => {
  const host = await lived();
  for (let crash = 1; crash <= 20; crash += 1) {
    expect((await finish(host)).backoffMs).toBeLessThanOrEqual(2000);
    host.clock.advance(301_000);
  }
});

test.each([
  ["stop", "stopped"],
  ["restart", "restarted"],
] as const)("handleExit() takes an announced %s for one", async (reason: StopReason, meaning) => {
  const host = await lived();
  announceStop(host, CODER, { pid: 50, startTime: 5000 }, reason);
  expect((await finish(host)).meaning).toBe(meaning);
  expect(readExitRecord(host, CODER).restarts).toBe(0);
  expect(readExitRecord(host, CODER).crashes).toEqual([]);
  expect(host.notes).toEqual([]);
});

test("handleExit() does not take an earlier process's stop for this one's", async () => {
  const host = await lived();
  announceStop(host, CODER, { pid: 50, startTime: 4999 }, "stop");
  expect((await finish(host)).meaning).toBe("crashed");
});

test("handleExit() knows by the pid alone what it has no record of", async () => {
  const host = await lived();
  host.disk.putFile("/run/hermes/gateway-coder.exits.json", "garbled");
  announceStop(host, CODER, { pid: 50, startTime: 5000 }, "stop");
  expect((await finish(host)).meaning).toBe("stopped");
});

test("handleExit() counts no crash while the container goes down", async () => {
  const host = await lived();
  announceShutdown(host);
  expect((await finish(host, { code: null, signal: 15 })).meaning).toBe("shut-down");
  expect(readExitRecord(host, CODER).crashes).toEqual([]);
});

test("handleExit() says that a gateway had to be killed, and what belongs to it", async () => {
  const host = await lived();
  announceStop(host, CODER, { pid: 50, startTime: 5000 }, "stop");
  host.table.start(51, { group: 50, onSignal: (signal) => signal === "SIGKILL" });
  const before = host.clock.elapsed();
  await finish(host, { code: null, signal: 9 });
  expect(host.notes).toEqual([
    "Gateway 'coder' left 'hermes' (pid 51) behind: killed",
    "Gateway 'coder' did not end after SIGTERM: killed",
  ]);
  // Its children had their time, too.
  expect(host.clock.elapsed() - before).toBe(200);
});

test("handleExit() lets the gateway say why, on one line and not too long", async () => {
  const host = await lived();
  const say = (pid: number, text: string, startTime: number | null = null) =>
    host.disk.putFile(STATE, JSON.stringify({ pid, exit_reason: text, start_time: startTime }));
  say(50, "no\ntoken");
  expect((await finish(host, { code: 78 })).reason).toBe(
    "cannot run with this configuration (exit code 78: no token)",
  );
  say(50, "x".repeat(1000));
  expect((await finish(host)).reason.length).toBeLessThan(250);
  for (const [pid, startTime] of [
    [51, null],
    [50, 1],
  ] as const) {
    say(pid, "long ago", startTime);
    expect((await finish(host, { code: 78 })).reason).not.toContain("long ago");
  }
});

test("handleExit() puts the desired state back, and says where it cannot", async () => {
  const host = await lived();
  recordDesiredState(host, "/vol", CODER, "stopped");
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  await finish(host);
  expect(readDesiredState(host, PROFILE)).toBe("stopped");
  host.disk.putFile(STATE, '{"desired_state":"running"}');
  host.disk.fail("/vol", "write", "ENOSPC");
  host.notes.length = 0;
  await finish(host);
  expect(host.notes).toContain(
    "warning: the desired state is not on disk: no space left on device",
  );
});

test("handleExit() waits by itself if the crash cannot be counted", async () => {
  const host = await lived();
  host.disk.fail("/run/hermes", "write", "ENOSPC");
  const before = host.clock.elapsed();
  expect((await finish(host)).backoffMs).toBeGreaterThan(0);
  expect(host.clock.elapsed() - before).toBe(10_000);
  expect(host.notes).toContain("warning: cannot record the end: no space left on device");
});

test("handleExit() has no duration for a process that never became the gateway", async () => {
  const host = await lived();
  await finish(host);
  host.table.start(51);
  await prepareStart(host, "/vol", CODER, 51, []);
  announceStop(host, CODER, { pid: 51, startTime: 5100 }, "stop");
  await finish(host, { code: null, signal: 15, processes: [{ pid: 51, startTime: 5100 }] });
  expect(readExitRecord(host, CODER).exits.at(-1)).toMatchObject({
    meaning: "stopped",
    ranMs: null,
  });
});

test("handleExit() takes an end while s6 wants it down for an operator's stop, and records that", async () => {
  const host = await lived();
  recordDesiredState(host, "/vol", CODER, "running");
  expect((await finish(host, { wantedUp: false })).meaning).toBe("stopped");
  expect(readDesiredState(host, PROFILE)).toBe("stopped");
  expect(readExitRecord(host, CODER).crashes).toEqual([]);
});

/** A container whose PID 1 is another init: it is stopped by a signal to each of its processes. */
async function sharedProcesses(): Promise<FakeHost> {
  const host = await lived();
  host.table.start(1, { command: "systemd" });
  return host;
}

test.each([
  { code: null, signal: 15 },
  { code: 143, signal: null },
  { code: 0, signal: null, wantedUp: false },
])("handleExit() waits for the end of a container to be announced (%j)", async (end) => {
  const host = await sharedProcesses();
  host.clock.after(100, () => announceShutdown(host));
  expect((await finish(host, end)).meaning).toBe("shut-down");
});

test("handleExit() waits for less than a delay after a crash, and not if PID 1 is s6-svscan", async () => {
  const shared = await sharedProcesses();
  const before = shared.clock.elapsed();
  expect((await finish(shared, { code: 143 })).meaning).toBe("crashed");
  expect(shared.clock.elapsed() - before).toBeWithin(500, 900);
  const own = await lived();
  own.table.start(1, { command: "s6-svscan" });
  const begun = own.clock.elapsed();
  await finish(own, { code: 143 });
  expect(own.clock.elapsed()).toBe(begun);
});

const explain = (host: FakeHost, facts: Partial<FinishFacts>) =>
  handleExit(host, "/vol", CODER, { ...CRASH, ...facts }, async (since) =>
    since === host.clock.now() - 5000 ? "python3: not found" : null,
  );

test.each([
  [{ code: 127 }, "crashed with exit code 127; its last line: python3: not found"],
  [{ code: null, signal: 6 }, "crashed with signal 6; its last line: python3: not found"],
  // A process that is killed says nothing about it.
  [{ code: null, signal: 9 }, "crashed with signal 9"],
  [{ code: 0 }, "finished on purpose (exit code 0)"],
])("handleExit() has the last line that it printed in the reason (%j)", async (end, reason) => {
  expect((await explain(await lived(), end)).reason).toBe(reason);
});

test("handleExit() says what the OOM killer ended since the gateway was started", async () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory(PROFILE);
  host.disk.putFile("/proc/self/cgroup", "0::/\n");
  host.disk.putFile("/sys/fs/cgroup/memory.events", "oom_kill 2\n");
  host.table.start(50);
  await prepareStart(host, "/vol", CODER, 50, []);
  host.table.end(50);
  expect((await finish(host, { code: null, signal: 9 })).reason).toBe("crashed with signal 9");
  host.disk.putFile("/sys/fs/cgroup/memory.events", "oom_kill 3\n");
  expect((await finish(host, { code: null, signal: 9 })).reason).toBe(
    "crashed with signal 9: killed by the OOM killer (1 kill in this container while it ran)",
  );
});
