import { expect, test } from "bun:test";
import {
  commitDeletion,
  hasLeftovers,
  isDeletionPending,
  listDeletions,
  listHalfMade,
  settleDeletion,
} from "../../../src/profiles/deletion-steps.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { profileName } from "../../support/names.ts";

const [CODER, WRITER] = [profileName("coder"), profileName("writer")];

function volume() {
  const host = new FakeHost({ environment: { XDG_RUNTIME_DIR: "/run/user" } });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putFile("/vol/profiles/coder/memories/one", "remember");
  host.disk.putFile("/vol/logs/gateways/coder/current", "said\n");
  host.disk.putFile("/vol/logs/gateways/writer/current", "said\n");
  host.disk.putFile("/run/user/hermes/gateway-coder.exits.json", "{}");
  host.disk.putFile("/vol/active_profile", "coder\n");
  return host;
}

test("commitDeletion() is one rename: it works on a full disk, and the rest can follow later", () => {
  const host = volume();
  for (const path of ["/vol/active_profile", "/vol/profiles/new"]) {
    host.disk.fail(path, "write", "ENOSPC");
  }
  commitDeletion(host, "/vol", CODER);
  expect(host.disk.has("/vol/profiles/coder")).toBe(false);
  expect(listDeletions(host, "/vol")).toEqual([CODER]);
  expect(isDeletionPending(host, "/vol", WRITER)).toBe(false);
  expect(host.disk.has("/vol/logs/gateways/coder/current")).toBe(true);
});

test("commitDeletion() names the directory that the volume refuses, and nothing has changed", () => {
  const host = volume();
  host.disk.fail("/vol/profiles/coder", "write", "EIO");
  expect(() => commitDeletion(host, "/vol", CODER)).toThrow(
    "Cannot delete profile 'coder': /vol/profiles/coder: input/output error",
  );
  expect(host.disk.text("/vol/profiles/coder/memories/one")).toBe("remember");
});

test("settleDeletion() removes everything that has the name, and the directory last", () => {
  const host = volume();
  commitDeletion(host, "/vol", CODER);
  expect(settleDeletion(host, "/vol", CODER)).toEqual([]);
  expect(settleDeletion(host, "/vol", CODER)).toEqual([]);
  for (const path of [
    "/vol/profiles/.coder.deleted",
    "/vol/logs/gateways/coder",
    "/run/user/hermes/gateway-coder.exits.json",
    "/vol/active_profile",
  ]) {
    expect({ path, there: host.disk.has(path) }).toEqual({ path, there: false });
  }
  expect(host.disk.has("/vol/logs/gateways/writer/current")).toBe(true);
  expect(hasLeftovers(host, "/vol", CODER)).toBe(false);
});

test("settleDeletion() keeps the directory while anything else is there, and says what", () => {
  const host = volume();
  commitDeletion(host, "/vol", CODER);
  host.disk.fail("/vol/logs/gateways/coder", "write", "EIO");
  expect(settleDeletion(host, "/vol", CODER)).toEqual([
    "cannot remove /vol/logs/gateways/coder: input/output error",
  ]);
  expect(isDeletionPending(host, "/vol", CODER)).toBe(true);
});

test("settleDeletion() is not complete while the directory cannot be read", () => {
  for (const [directory, left] of [
    ["/vol/profiles", "/vol/profiles/.coder.deleted"],
    ["/run/user/hermes", "/run/user/hermes/gateway-coder.exits.json"],
    ["/vol/active_profile", "/vol/active_profile"],
  ] as const) {
    const host = volume();
    commitDeletion(host, "/vol", CODER);
    host.disk.fail(directory, "read", "EMFILE");
    const [failure = ""] = settleDeletion(host, "/vol", CODER);
    expect(failure).toMatch(new RegExp(`${directory}:? the limit of open files`));
    expect(host.disk.has(left)).toBe(true);
    expect(host.disk.has("/vol/profiles/.coder.deleted")).toBe(true);
  }
});

test("settleDeletion() touches nothing of a new profile of the name", () => {
  const host = volume();
  host.disk.putFile("/vol/profiles/.coder.deleted/SOUL.md", "");
  expect(settleDeletion(host, "/vol", CODER)).toEqual([]);
  expect(host.disk.has("/vol/profiles/.coder.deleted")).toBe(false);
  expect(host.disk.text("/vol/profiles/coder/memories/one")).toBe("remember");
  expect(host.disk.text("/vol/logs/gateways/coder/current")).toBe("said\n");
  expect(host.disk.text("/vol/active_profile")).toBe("coder\n");
});

test("listDeletions() and listHalfMade() know the names that earlier versions left, and nothing else", () => {
  const host = volume();
  for (const name of [".old.deleted-34", ".UP.deleted", ".half.tmp-7", ".x.tmp", "y.deleted"]) {
    host.disk.putDirectory(`/vol/profiles/${name}`);
  }
  expect(listDeletions(host, "/vol").map(String)).toEqual(["old"]);
  expect(listHalfMade(host, "/vol").map(({ path }) => path)).toEqual(["/vol/profiles/.half.tmp-7"]);
});
