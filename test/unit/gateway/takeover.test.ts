import { expect, test } from "bun:test";
import { takeOwnership } from "../../../src/gateway/takeover.ts";
import { readStopNotice } from "../../../src/gateway/record/stop-notice.ts";
import { FakeHost } from "../../support/fake-host.ts";
import type { FakeProcess } from "../../support/fake-processes.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const PROFILE = "/vol/profiles/coder";
const LOCK = "/run/hermes/gateway-coder.lock";
const OWNER = { pid: 50, start_time: 5000 };

/** A profile, and what its pid file says; the owner gives its lock back when it ends. */
function profile(pidFile?: unknown, owner?: Partial<FakeProcess> & { readonly holds?: boolean }) {
  const host = new FakeHost();
  host.disk.putDirectory(PROFILE);
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  if (pidFile !== undefined) {
    host.disk.putFile(`${PROFILE}/gateway.pid`, JSON.stringify(pidFile));
  }
  if (owner !== undefined) {
    const { holds = true, onSignal = () => true, ...rest } = owner;
    const release = holds ? host.holdLock(LOCK) : () => false;
    host.table.start(50, {
      ...rest,
      onSignal: (signal) => {
        const ended = onSignal(signal);
        if (ended) release();
        return ended;
      },
    });
  }
  const take = (replace: boolean) => takeOwnership(host, "/run/hermes", PROFILE, CODER, replace);
  return { host, take };
}

test("takeOwnership() takes a free lock, and gives it back when released", async () => {
  const { host, take } = profile();
  const lock = await take(false);
  expect(host.isLocked(LOCK)).toBe(true);
  lock.release();
  expect(host.isLocked(LOCK)).toBe(false);
});

test("takeOwnership() refuses if another process runs it, and names that process", async () => {
  const { host, take } = profile(OWNER, {});
  expect(take(false)).rejects.toThrow(
    expect.objectContaining({
      code: "already-running",
      message: "Cannot run gateway 'coder': pid 50 runs it already",
      exitCode: 1,
      hint: "stop that one, or take over with `--replace`",
    }),
  );
  expect(host.table.signals).toEqual([]);
});

test("takeOwnership() refuses if an unknown process has the lock", async () => {
  const { host, take } = profile();
  host.holdLock(LOCK);
  expect(take(false)).rejects.toThrow(
    expect.objectContaining({
      message: "Cannot run gateway 'coder': another process runs it already",
      hint: "stop that one, or take over with `--replace`; another HERMES_HOME needs an XDG_RUNTIME_DIR of its own",
    }),
  );
});

test("takeOwnership() refuses an agent that has no lock of ours, and keeps none", async () => {
  const { host, take } = profile(OWNER, { holds: false });
  expect(take(false)).rejects.toThrow("pid 50 runs it already");
  expect(host.isLocked(LOCK)).toBe(false);
});

test("takeOwnership() does not believe a pid file of a process that is gone", async () => {
  const { take } = profile(OWNER);
  await take(false);
  expect.assertions(0);
});

test("takeOwnership() does not believe a pid that another process has now", async () => {
  const { host, take } = profile({ pid: 50, start_time: 4999 }, { holds: false });
  await take(true);
  expect(host.table.signals).toEqual([]);
});

test("takeOwnership() believes a bare pid only for a process that is a gateway", async () => {
  const stranger = profile(50, { holds: false, argv: ["/usr/bin/vim"] });
  await stranger.take(true);
  expect(stranger.host.table.signals).toEqual([]);
  const gateway = profile(50, { holds: false, argv: ["hermes", "gateway", "run"] });
  await gateway.take(true);
  expect(gateway.host.table.signals).toEqual(["50 SIGTERM"]);
});

test.each(["", "[]", '"50"', '{"pid": -1}'])(
  "takeOwnership() is not stopped by a pid file that says %j",
  async (text) => {
    const { host, take } = profile();
    host.disk.putFile(`${PROFILE}/gateway.pid`, text);
    await take(false);
    expect(host.isLocked(LOCK)).toBe(true);
  },
);

test("takeOwnership() never takes itself for another owner", async () => {
  const { host, take } = profile({ pid: 4242, start_time: 424_200 });
  await take(true);
  expect(host.table.signals).toEqual([]);
});

test("takeOwnership() with replace tells the owner that its end is meant", async () => {
  const { host, take } = profile(OWNER, {});
  await take(true);
  expect(readStopNotice(host, CODER, { pid: 50, startTime: 5000 })).toBe("stop");
});

test("takeOwnership() with replace ends the owner by SIGTERM and says so", async () => {
  const { host, take } = profile(OWNER, {});
  await take(true);
  expect(host.table.signals).toEqual(["50 SIGTERM"]);
  expect(host.notes).toEqual(["Taking over gateway 'coder' from pid 50"]);
  expect(host.isLocked(LOCK)).toBe(true);
});

test("takeOwnership() with replace kills an owner that does not end within 10 s", async () => {
  const { host, take } = profile(OWNER, { onSignal: (signal) => signal === "SIGKILL" });
  await take(true);
  expect(host.table.signals).toEqual(["50 SIGTERM", "50 SIGKILL"]);
  expect(host.clock.elapsed()).toBeGreaterThanOrEqual(10_000);
  expect(host.clock.elapsed()).toBeLessThan(10_100);
});

test("takeOwnership() with replace gives up if the lock's holder is not known", async () => {
  const { host, take } = profile();
  host.holdLock(LOCK);
  expect(take(true)).rejects.toThrow(
    "Cannot take over gateway 'coder': its owner is not known and does not give it up",
  );
});

test("takeOwnership() with replace waits for a lock that is given back a moment later", async () => {
  const { host, take } = profile();
  const release = host.holdLock(LOCK);
  host.clock.after(500, release);
  await take(true);
  expect(host.isLocked(LOCK)).toBe(true);
  expect(host.clock.elapsed()).toBeLessThan(600);
});
