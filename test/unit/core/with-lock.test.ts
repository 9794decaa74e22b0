import { expect, test } from "bun:test";
import { withLock } from "../../../src/core/with-lock.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { systemError } from "../../support/system-error.ts";

const work = async (contended: boolean) => contended;
const LOCK = "/run/hermes/x.lock";

/** What takes no lock. */
function refusingWith(code: string) {
  const refuse = () => {
    throw systemError(code);
  };
  return { loadLock: async () => ({ tryLock: refuse, tryForeignLock: refuse }) };
}

test("withLock() holds the lock during the work, also if the work fails", async () => {
  const host = new FakeHost();
  const held = () => host.isLocked(LOCK);
  expect(await withLock(host, LOCK, 1000, "do it", async () => held())).toBe(true);
  expect(held()).toBe(false);
  const failing = withLock(host, LOCK, 1000, "do it", async () => {
    throw new Error("oops");
  });
  expect(failing).rejects.toThrow("oops");
  await Bun.sleep(0);
  expect(held()).toBe(false);
});

test("withLock() waits for another process, and tells the work so", async () => {
  const host = new FakeHost();
  expect(await withLock(host, LOCK, 1000, "do it", work)).toBe(false);
  host.clock.after(500, host.holdLock(LOCK));
  expect(await withLock(host, LOCK, 1000, "do it", work)).toBe(true);
  expect(host.clock.elapsed()).toBe(500);
});

test("withLock() gives up at its limit", async () => {
  const host = new FakeHost();
  host.holdLock(LOCK);
  expect(withLock(host, LOCK, 1000, "restart it", async () => 1)).rejects.toThrow(
    "Cannot restart it: another change takes too long",
  );
});

test("withLock() reports after 2 s what it waits for, and that the caller may try again", async () => {
  const host = new FakeHost();
  host.holdLock(LOCK);
  const failure: unknown = await withLock(host, LOCK, 90_000, "do it", work).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "time-limit", exitCode: 75 });
  expect(host.notes).toEqual([`Waiting, at most 90 s: another process holds ${LOCK}`]);
  const free = new FakeHost();
  free.clock.after(1500, free.holdLock(LOCK));
  await withLock(free, LOCK, 90_000, "do it", work);
  expect(free.notes).toEqual([]);
});

test("withLock() reports why the lock cannot be taken at all", async () => {
  const host = new FakeHost();
  const refusing = refusingWith("ENOSPC");
  const refused = withLock(Object.assign(host, refusing), LOCK, 1000, "restart it", work);
  expect(refused).rejects.toThrow("Cannot restart it: /run/hermes/x.lock: no space left on device");
});

test("withLock() as root goes on without a lock that another user keeps", async () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory("/run/service");
  for (const path of [LOCK, "/run/service/.hermes.lock"]) host.holdLock(path);
  expect(await withLock(host, LOCK, 90_000, "do it", work)).toBe(true);
  expect(host.clock.elapsed()).toBeLessThan(6000);
  expect(host.notes).toEqual([
    `Waiting, at most 5 s: another process holds ${LOCK}`,
    `warning: ${LOCK} is held for 5 s: going on without it`,
  ]);
  const own = withLock(host, "/run/service/.hermes.lock", 1000, "do it", work);
  expect(own).rejects.toThrow("another change takes too long");
});

test("withLock() as root goes on if another user has put something else in the lock's place", async () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  const refusing = refusingWith("EISDIR");
  expect(await withLock(Object.assign(host, refusing), LOCK, 90_000, "do it", work)).toBe(true);
  expect(host.notes).toEqual([`warning: ${LOCK} cannot be locked: going on without it`]);
});
