import { expect, test } from "bun:test";
import { isHookThere, judgeHook } from "../../../../src/gateway/record/event-hook-file.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";

const HOOK = "/vol/hooks/gateway-event";

function installation(options: FakeHostOptions = {}) {
  const host = new FakeHost(options);
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putDirectory("/vol");
  return host;
}

test("judgeHook() runs an executable of hermes' or of root's, and one that a link of theirs leads to", () => {
  const host = installation();
  expect(judgeHook(host, "/vol")).toEqual({ kind: "refused", reason: null });
  for (const uid of [10_000, 0]) {
    host.disk.putFile(HOOK, "", { mode: 0o755, uid });
    expect(judgeHook(host, "/vol").kind).toBe("run");
  }
  host.disk.putFile("/vol/tools/hook", "", { mode: 0o755 });
  host.disk.putLink(HOOK, "/vol/tools/hook");
  expect(judgeHook(host, "/vol")).toEqual({ kind: "run", path: HOOK });
});

const STRANGER = 1000;

test.each([
  [
    "belongs to uid 1000",
    (host: FakeHost) => host.disk.putFile(HOOK, "", { mode: 0o755, uid: STRANGER }),
  ],
  ["everybody may write to", (host: FakeHost) => host.disk.putFile(HOOK, "", { mode: 0o757 })],
  ["is not executable", (host: FakeHost) => host.disk.putFile(HOOK, "", { mode: 0o644 })],
  ["is no file", (host: FakeHost) => host.disk.putDirectory(HOOK)],
  [
    "/vol/hooks/gateway-event belongs to uid 1000",
    (host: FakeHost) => {
      host.disk.putFile("/vol/hook", "", { mode: 0o755 });
      host.disk.putLink(HOOK, "/vol/hook", { uid: STRANGER });
    },
  ],
  [
    "leads to belongs to uid 1000",
    (host: FakeHost) => {
      host.disk.putFile("/vol/hook", "", { mode: 0o755, uid: STRANGER });
      host.disk.putLink(HOOK, "/vol/hook");
    },
  ],
  ["is no file", (host: FakeHost) => host.disk.putLink(HOOK, "/nowhere")],
  [
    "/vol/hooks belongs to uid 1000",
    (host: FakeHost) => {
      host.disk.putDirectory("/vol/hooks", { uid: STRANGER });
      host.disk.putFile(HOOK, "", { mode: 0o755 });
    },
  ],
  [
    "everybody may write to /vol/hooks",
    (host: FakeHost) => {
      host.disk.putDirectory("/vol/hooks", { mode: 0o777 });
      host.disk.putFile(HOOK, "", { mode: 0o755 });
    },
  ],
])("judgeHook() refuses: %s", (why, put) => {
  const host = installation();
  put(host);
  const judgement = judgeHook(host, "/vol");
  expect(judgement.kind).toBe("refused");
  expect(judgement.kind === "refused" && judgement.reason).toContain(why);
});

test("judgeHook() takes another user's directory that no user can write to", () => {
  const host = installation();
  host.disk.putDirectory("/vol/hooks", { mode: 0o777, uid: 0 });
  host.disk.putFile(HOOK, "", { mode: 0o755, uid: 0 });
  host.disk.fail("/vol/hooks", "write", "EROFS");
  expect(judgeHook(host, "/vol").kind).toBe("run");
});

test("judgeHook() never runs one as root", () => {
  const host = installation({ uid: 0 });
  host.disk.putFile(HOOK, "", { mode: 0o755, uid: 0 });
  expect(judgeHook(host, "/vol")).toEqual({
    kind: "refused",
    reason: "it is never run as root",
  });
});

test("judgeHook() refuses a hook whose directory is closed to us, and says so", () => {
  const host = installation();
  host.disk.putDirectory("/vol/hooks");
  host.disk.fail("/vol/hooks", "read", "EACCES");
  expect(judgeHook(host, "/vol")).toEqual({
    kind: "refused",
    reason: `${HOOK} cannot be looked at: permission denied`,
  });
  expect(isHookThere(host, "/vol")).toBe(true);
});

test("judgeHook() finds no hook in a file named hooks", () => {
  const host = installation();
  host.disk.putFile("/vol/hooks", "");
  host.disk.fail("/vol/hooks", "read", "ENOTDIR");
  expect(judgeHook(host, "/vol")).toEqual({ kind: "refused", reason: null });
});
