import { expect, test } from "bun:test";
import { seedVolume } from "../../../src/boot/seed.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("seedVolume() makes what an installation has from the start", () => {
  const host = new FakeHost();
  seedVolume(host, "/vol");
  for (const path of ["SOUL.md", "profiles", "logs/gateways", "memories", "workspace"]) {
    expect(host.disk.has(`/vol/${path}`)).toBe(true);
  }
});

test("seedVolume() keeps what is there, and warns once if the volume refuses", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/SOUL.md", "mine");
  seedVolume(host, "/vol");
  expect(host.disk.text("/vol/SOUL.md")).toBe("mine");
  const full = new FakeHost();
  full.disk.fail("/vol", "write", "ENOSPC");
  seedVolume(full, "/vol");
  expect(full.notes).toEqual([
    "warning: cannot seed /vol: no space left on device; make room on it",
  ]);
});

const wrong = (path: string) =>
  `warning: cannot make ${path}: file exists; a directory belongs there: move away what is there now`;

test("seedVolume() names each name that something else has, and makes the others", () => {
  const host = new FakeHost();
  host.disk.putFile("/vol/skills", "");
  host.disk.putFile("/vol/logs", "");
  host.disk.putLink("/vol/memories", "/nowhere");
  seedVolume(host, "/vol");
  expect(host.notes).toEqual([wrong("/vol/logs"), wrong("/vol/memories"), wrong("/vol/skills")]);
  for (const name of ["SOUL.md", "cron", "profiles", "sessions", "workspace"]) {
    expect(host.disk.has(`/vol/${name}`)).toBe(true);
  }
});

test("seedVolume() says once of the whole volume what is true of all of it", () => {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  host.disk.fail("/vol", "write", "EACCES");
  seedVolume(host, "/vol");
  expect(host.notes).toEqual(["warning: cannot seed /vol: permission denied"]);
  const file = new FakeHost();
  file.disk.fail("/vol", "write", "ENOTDIR");
  seedVolume(file, "/vol");
  expect(file.notes).toEqual([
    "warning: cannot seed /vol: not a directory; set HERMES_HOME to a directory",
  ]);
});
