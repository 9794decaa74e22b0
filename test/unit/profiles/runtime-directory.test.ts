import { expect, test } from "bun:test";
import {
  announceStop,
  ensureRuntimeDirectory,
  gatewayLockPath,
  gatewaySocketPath,
  isStopAnnounced,
  runtimeDirectory,
} from "../../../src/profiles/runtime-directory.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const CODER = profileName("coder");
const SELF = { pid: 12, startTime: 345 };

const onHost = (uid = 1000) => new FakeHost({ uid, environment: { XDG_RUNTIME_DIR: "/run/user" } });

test("runtimeDirectory() is /run/hermes where the image has it", () => {
  const host = onHost();
  host.disk.putDirectory("/run/hermes");
  expect(runtimeDirectory(host)).toBe("/run/hermes");
});

test("runtimeDirectory() is XDG_RUNTIME_DIR/hermes on a host, else one under /tmp by uid", () => {
  expect(runtimeDirectory(onHost())).toBe("/run/user/hermes");
  expect(runtimeDirectory(new FakeHost({ uid: 7 }))).toBe("/tmp/hermes-7");
  const relative = new FakeHost({ uid: 7, environment: { XDG_RUNTIME_DIR: "run" } });
  expect(runtimeDirectory(relative)).toBe("/tmp/hermes-7");
});

test("ensureRuntimeDirectory() makes it", () => {
  const host = new FakeHost({ uid: 0, environment: { XDG_RUNTIME_DIR: "/run/user" } });
  expect(ensureRuntimeDirectory(host)).toBe("/run/user/hermes");
  expect(host.files.readStatus("/run/user/hermes")?.mode).toBe(0o700);
});

test("ensureRuntimeDirectory() takes one of our own, and as root one of anybody", () => {
  for (const uid of [7, 0]) {
    const host = new FakeHost({ uid, environment: { XDG_RUNTIME_DIR: "/run/user" } });
    host.disk.putDirectory("/run/user/hermes", { uid: 7 });
    expect(ensureRuntimeDirectory(host)).toBe("/run/user/hermes");
  }
});

test("ensureRuntimeDirectory() refuses one that somebody else made", () => {
  const host = new FakeHost({ uid: 7 });
  host.disk.putDirectory("/tmp/hermes-7", { uid: 8 });
  expect(() => ensureRuntimeDirectory(host)).toThrow("it is not ours");
});

test("ensureRuntimeDirectory() refuses a link, even to a directory of ours", () => {
  const host = new FakeHost({ uid: 7 });
  host.disk.putDirectory("/home/ada", { uid: 7 });
  host.disk.putLink("/tmp/hermes-7", "/home/ada", { uid: 7 });
  expect(() => ensureRuntimeDirectory(host)).toThrow("it is not ours");
});

test("ensureRuntimeDirectory() says what the system said", () => {
  const host = onHost();
  host.disk.fail("/run/user", "write", "EACCES");
  expect(() => ensureRuntimeDirectory(host)).toThrow(
    "Cannot make the run-time directory /run/user/hermes: permission denied",
  );
});

test("gatewaySocketPath() and gatewayLockPath() are the profile's own", () => {
  expect(gatewaySocketPath("/run/hermes", CODER)).toBe("/run/hermes/gateway-coder.sock");
  expect(gatewayLockPath("/run/hermes", CODER)).toBe("/run/hermes/gateway-coder.lock");
});

test("isStopAnnounced() believes a notice for this very process only", () => {
  const host = onHost(0);
  expect(isStopAnnounced(host, CODER, SELF)).toBe(false);
  announceStop(host, CODER, SELF);
  expect(isStopAnnounced(host, CODER, SELF)).toBe(true);
  expect(isStopAnnounced(host, CODER, { ...SELF, pid: 13 })).toBe(false);
  expect(isStopAnnounced(host, CODER, { ...SELF, startTime: 346 })).toBe(false);
  expect(isStopAnnounced(host, profileName("writer"), SELF)).toBe(false);
});

test.each(["", "[]", "null", "{}", '{"pid": "12", "startTime": 345}'])(
  "isStopAnnounced() does not believe %j",
  (text) => {
    const host = onHost(0);
    host.disk.putFile("/run/user/hermes/gateway-coder.stop", text);
    expect(isStopAnnounced(host, CODER, SELF)).toBe(false);
  },
);
