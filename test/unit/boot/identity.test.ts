import { expect, test } from "bun:test";
import { describeIgnoredIds, prepareUser } from "../../../src/boot/identity.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";

const GROUP = "root:x:0:\nhermes:x:10000:\nvideo:x:44:ada\n";

function image(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ uid: 0, users: [HERMES], ...options });
  host.disk.putFile("/etc/group", GROUP);
  return host;
}

test("prepareUser() changes nothing if nothing asks for it", () => {
  const host = image();
  const before = host.disk.snapshot();
  expect(prepareUser(host, HERMES)).toEqual(HERMES);
  expect(host.disk.snapshot()).toEqual(before);
});

test("prepareUser() gives hermes the ids of the environment", () => {
  const host = image({ environment: { PUID: "1000", PGID: "1001" } });
  expect(prepareUser(host, HERMES)).toEqual({ ...HERMES, uid: 1000, gid: 1001 });
  expect(host.disk.text("/etc/group")).toBe(GROUP.replace("10000", "1001"));
});

test("prepareUser() keeps hermes and says which id is none", () => {
  const host = image({ environment: { HERMES_UID: "zero" } });
  expect(prepareUser(host, HERMES)).toEqual(HERMES);
  expect(host.notes).toEqual([
    '✗ HERMES_UID="zero" is not an id from 1 to 65534; hermes stays 10000:10000',
  ]);
});

test("prepareUser() puts hermes into the groups of --group-add", () => {
  const host = image({ groups: [44, 999, 10_000] });
  prepareUser(host, HERMES);
  expect(host.disk.text("/etc/group")).toBe(
    "root:x:0:\nhermes:x:10000:\nvideo:x:44:ada,hermes\ngid999:x:999:hermes\n",
  );
});

test("prepareUser() gives hermes the groups of the engine's socket and of graphics devices", () => {
  const host = image({ groups: [44] });
  host.disk.putSocket("/var/run/docker.sock", { gid: 998, mode: 0o660 });
  host.disk.putDevice("/dev/dri/card0", { gid: 44, mode: 0o660 });
  host.disk.putDevice("/dev/dri/renderD128", { gid: 105, mode: 0o660 });
  host.disk.putDirectory("/dev/dri/by-path", { gid: 77, mode: 0o775 });
  prepareUser(host, HERMES);
  expect(host.disk.text("/etc/group")).toBe(
    "root:x:0:\nhermes:x:10000:\nvideo:x:44:ada,hermes\ngid998:x:998:hermes\ngid105:x:105:hermes\n",
  );
  expect(host.notes).toEqual([]);
});

test("prepareUser() never gives hermes the group root, and says what it may not use", () => {
  const host = image();
  host.disk.putSocket("/var/run/docker.sock", { gid: 0, mode: 0o660 });
  host.disk.putDevice("/dev/dri/card0", { gid: 0, mode: 0o666 });
  const before = host.disk.snapshot();
  prepareUser(host, HERMES);
  expect(host.disk.snapshot()).toEqual(before);
  expect(host.notes).toEqual([
    "warning: hermes may not use /var/run/docker.sock: it belongs to the group root",
    "  Hint: give it another group on the host (chgrp)",
  ]);
});

test.each([
  ["that the group may not use", { gid: 998, mode: 0o600 }],
  ["that everybody may use", { gid: 998, mode: 0o666 }],
])("prepareUser() gives no group for a socket %s", (_, options) => {
  const host = image();
  host.disk.putSocket("/var/run/docker.sock", options);
  const before = host.disk.snapshot();
  prepareUser(host, HERMES);
  expect(host.disk.snapshot()).toEqual(before);
});

test("prepareUser() follows no link and takes no file in the place of a socket", () => {
  const host = image();
  host.disk.putFile("/run/other", "", { gid: 998, mode: 0o660 });
  host.disk.putLink("/var/run/docker.sock", "/run/other", { gid: 998 });
  const before = host.disk.snapshot();
  prepareUser(host, HERMES);
  expect(host.disk.snapshot()).toEqual(before);
});

test("prepareUser() returns the user as it is if /etc takes no writes, and says so", () => {
  const host = image({ environment: { PUID: "1000" } });
  host.disk.fail("/etc", "write", "EROFS");
  expect(prepareUser(host, HERMES)).toEqual(HERMES);
  expect(host.notes).toEqual([
    "✗ Cannot change the ids of hermes to 1000:10000: read-only file system",
    "  Hint: leave out --read-only, or `chown -R 10000:10000` the volume instead",
  ]);
  const grouped = image({ groups: [44, 999] });
  grouped.disk.fail("/etc", "write", "EROFS");
  expect(prepareUser(grouped, HERMES)).toEqual(HERMES);
  expect(grouped.notes).toEqual([
    "✗ Cannot give gateways the groups 44, 999: read-only file system",
    "  Hint: leave out --read-only, or pass --user 10000:10000, too",
  ]);
});

test("prepareUser() names the mount if only the files of /etc take no writes", () => {
  const host = image({ environment: { PUID: "1000" } });
  host.disk.fail("/etc/passwd", "write", "EROFS");
  expect(prepareUser(host, HERMES)).toEqual(HERMES);
  expect(host.notes).toEqual([
    "✗ Cannot change the ids of hermes to 1000:10000: read-only file system",
    "  Hint: mount /etc/passwd and /etc/group without `ro`, or `chown -R 10000:10000` the volume instead",
  ]);
});

test.each([
  [{ PUID: "99" }, "PUID=99 has"],
  [{ PUID: "99", PGID: "100" }, "PUID=99 and PGID=100 have"],
  [{ PUID: "10000", PGID: "100" }, "PGID=100 has"],
  [{ HERMES_UID: "99", PUID: "98" }, "HERMES_UID=99 has"],
  [{ PUID: "ada\u001b" }, "PUID=ada has"],
])("describeIgnoredIds() of a rootless container: %j", (environment, what) => {
  const host = image({ uid: 10_000, environment });
  expect(describeIgnoredIds(host)).toBe(
    `${what} no effect: the whole container runs as 10000; leave out --user`,
  );
});

test("describeIgnoredIds() has nothing to say of the ids that hermes has, nor as root", () => {
  for (const environment of [{}, { PUID: "" }, { PUID: "10000", PGID: "10000" }]) {
    expect(describeIgnoredIds(image({ uid: 10_000, environment }))).toBeNull();
  }
  expect(describeIgnoredIds(image({ environment: { PUID: "99" } }))).toBeNull();
  expect(describeIgnoredIds(image({ uid: 1234, environment: { PUID: "99" } }))).toBeNull();
});

test("prepareUser() changes one id alone if only that one is asked for", () => {
  expect(prepareUser(image({ environment: { PUID: "1000" } }), HERMES)).toEqual({
    ...HERMES,
    uid: 1000,
  });
  const host = image({ environment: { PGID: "1001" } });
  expect(prepareUser(host, HERMES)).toEqual({ ...HERMES, gid: 1001 });
  for (const path of ["/etc/passwd", "/etc/group"]) {
    expect(host.files.readStatus(path)?.mode).toBe(0o644);
  }
});
