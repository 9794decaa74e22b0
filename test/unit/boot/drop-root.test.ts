import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { becomeHermes, dropRoot, refuseUnexpectedUid } from "../../../src/boot/drop-root.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";

function image(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ uid: 0, users: [HERMES], ...options });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  return host;
}

test("dropRoot() makes root hermes in the image", () => {
  const host = image();
  dropRoot(host);
  expect(host.users.currentUid()).toBe(10_000);
  expect(host.environment["HOME"]).toBe("/opt/data");
});

test("dropRoot() makes root hermes before the boot has made hermes' directories", () => {
  const host = new FakeHost({ uid: 0, users: [HERMES] });
  host.disk.putFile(MAIN_WRAPPER, "");
  dropRoot(host);
  expect(host.users.currentUid()).toBe(10_000);
});

test("becomeHermes() does not ask HERMES_DOCKER_EXEC_AS_ROOT", () => {
  const host = image({ environment: { HERMES_DOCKER_EXEC_AS_ROOT: "1" } });
  becomeHermes(host);
  expect(host.users.currentUid()).toBe(10_000);
});

test.each([0, 10_000])("becomeHermes() from uid %d sets what names a user", (uid) => {
  const host = image({ uid });
  becomeHermes(host);
  expect(host.environment).toMatchObject({ HOME: "/opt/data", USER: "hermes", LOGNAME: "hermes" });
});

test("dropRoot() leaves everybody else as they are", () => {
  const host = image({ uid: 1234 });
  dropRoot(host);
  expect(host.users.currentUid()).toBe(1234);
  expect(host.environment["HOME"]).toBe("/root");
});

test("dropRoot() leaves root if HERMES_DOCKER_EXEC_AS_ROOT is on, and only then", () => {
  const kept = image({ environment: { HERMES_DOCKER_EXEC_AS_ROOT: "yes" } });
  dropRoot(kept);
  expect(kept.users.currentUid()).toBe(0);
  const dropped = image({ environment: { HERMES_DOCKER_EXEC_AS_ROOT: "0" } });
  dropRoot(dropped);
  expect(dropped.users.currentUid()).toBe(10_000);
});

test("dropRoot() is for the image only: outside it root stays root", () => {
  const noUser = new FakeHost({ uid: 0 });
  dropRoot(noUser);
  expect(noUser.users.currentUid()).toBe(0);
  const noDirectory = new FakeHost({ uid: 0, users: [HERMES] });
  dropRoot(noDirectory);
  expect(noDirectory.users.currentUid()).toBe(0);
  const rootsDirectory = new FakeHost({ uid: 0, users: [HERMES] });
  rootsDirectory.disk.putDirectory("/run/hermes");
  dropRoot(rootsDirectory);
  expect(rootsDirectory.users.currentUid()).toBe(0);
});

test("dropRoot() refuses to go on as root if the kernel refuses the change", () => {
  const host = image();
  host.users.becomeUser = () => {
    throw new Error("EPERM");
  };
  expect(() => dropRoot(host)).toThrow(
    expect.objectContaining({
      code: "refused",
      message: "Cannot drop from root to hermes: EPERM",
    }),
  );
});

test.each([[[]], [[{ ...HERMES, uid: 0 }]]])(
  "dropRoot() refuses to stay root in the image if /etc/passwd has the users %j",
  (users) => {
    const host = new FakeHost({ uid: 0, users });
    host.disk.putFile(MAIN_WRAPPER, "");
    expect(() => dropRoot(host)).toThrow(
      expect.objectContaining({
        message:
          "Cannot drop from root to hermes: /etc/passwd has no user hermes, or says that it is root",
      }),
    );
    const hermes = new FakeHost({ uid: 10_000, users });
    hermes.disk.putFile(MAIN_WRAPPER, "");
    dropRoot(hermes);
    expect(hermes.users.currentUid()).toBe(10_000);
  },
);

/** The image's volume, seen by somebody who may not write to it unless it is said. */
function volumeSeenBy(uid: number, mayWrite = false): FakeHost {
  const host = image({ uid });
  host.disk.putFile(MAIN_WRAPPER, "");
  host.disk.putDirectory("/opt/data", { uid: HERMES.uid });
  if (!mayWrite) host.disk.fail("/opt/data", "write", "EACCES");
  return host;
}

test("refuseUnexpectedUid() tells who is neither root nor hermes how to come in", () => {
  expect(() => refuseUnexpectedUid(volumeSeenBy(1234), "/opt/data")).toThrow(
    expect.objectContaining({
      message: "Cannot work as uid 1234: /opt/data belongs to hermes (10000:10000)",
      hint: "leave out --user, or pass --user hermes: docker exec <container> hermes status",
    }),
  );
});

test("refuseUnexpectedUid() lets everybody in who can do something", () => {
  for (const uid of [0, 10_000]) refuseUnexpectedUid(volumeSeenBy(uid), "/opt/data");
  refuseUnexpectedUid(volumeSeenBy(1234, true), "/opt/data");
  refuseUnexpectedUid(volumeSeenBy(1234), "/nowhere");
  const outside = image({ uid: 1234 });
  outside.disk.fail("/opt/data", "write", "EACCES");
  refuseUnexpectedUid(outside, "/opt/data");
});
