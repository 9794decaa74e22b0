import { expect, test } from "bun:test";
import { findWritableParent, isPossibleVolume } from "../../../src/boot/volume-path.ts";
import { FakeHost, HERMES } from "../../support/fake-host.ts";

test.each(["/opt/data", "/opt/data/sub", "/data", "/srv/hermes", "/home/ada", "/var/lib/hermes"])(
  "isPossibleVolume() takes %s",
  (path) => {
    expect(isPossibleVolume(path)).toBe(true);
  },
);

test.each([
  "/",
  "",
  "data",
  "/etc",
  "/etc/hermes",
  "/usr",
  "/usr/local",
  "/opt",
  "/home",
  "/var",
  "/var/lib",
  "/var/log/x",
  "/run/x",
  "/tmp",
  "/root",
  "/proc/1",
  "/opt/../etc",
  "/data/../etc",
  "/home/.",
  "/opt//",
])("isPossibleVolume() refuses %j", (path) => {
  expect(isPossibleVolume(path)).toBe(false);
});

const parentOf = (host: FakeHost, path: string) => findWritableParent(host, path, HERMES);

test("findWritableParent() finds none if only root decides what the path leads to", () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/opt");
  expect(parentOf(host, "/opt/data/deep/down")).toBeNull();
  // The volume itself is hermes', and what is above it counts.
  host.disk.putDirectory("/opt/data", { uid: 10_000, gid: 10_000 });
  expect(parentOf(host, "/opt/data")).toBeNull();
});

test.each([
  ["hermes'", { uid: 10_000, mode: 0o755 }],
  ["hermes', and closed to it", { uid: 10_000, mode: 0o555 }],
  ["open to hermes' group", { gid: 10_000, mode: 0o775 }],
  ["open to everybody", { mode: 0o777 }],
])("findWritableParent() finds a directory that is %s", (_, options) => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/srv");
  host.disk.putDirectory("/srv/share", options);
  host.disk.putDirectory("/srv/share/root");
  expect(parentOf(host, "/srv/share/root/home")).toBe("/srv/share");
});

test("findWritableParent() counts what hermes had before a remap", () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/srv/share", { uid: 10_000 });
  expect(findWritableParent(host, "/srv/share/home", { ...HERMES, uid: 99 })).toBe("/srv/share");
});

test("findWritableParent() passes another user's directory if hermes may not write to it", () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/srv/share", { uid: 1000, gid: 1000, mode: 0o755 });
  expect(parentOf(host, "/srv/share/home")).toBeNull();
});

test("findWritableParent() stops at a link, and at what it may not look at", () => {
  const host = new FakeHost({ uid: 0 });
  host.disk.putDirectory("/srv");
  host.disk.putLink("/srv/link", "/run/service");
  expect(parentOf(host, "/srv/link/home")).toBe("/srv/link");
  host.disk.putDirectory("/srv/closed");
  host.disk.fail("/srv/closed", "read", "EACCES");
  expect(parentOf(host, "/srv/closed/deep/home")).toBe("/srv/closed/deep");
});
