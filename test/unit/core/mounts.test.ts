import { expect, test } from "bun:test";
import { findMountAt, hasMountBelow, parseMounts } from "../../../src/core/mounts.ts";
import { FakeHost } from "../../support/fake-host.ts";

const MOUNTS = `22 1 0:20 / / rw,relatime - overlay overlay rw
36 22 98:0 /data /opt/data rw,noatime shared:1 - ext4 /dev/sda1 rw
37 36 98:0 /a\\134b /opt/data/my\\040skills ro,noatime - ext4 /dev/sda1 rw
`;

function withMounts(text: string): FakeHost {
  const host = new FakeHost();
  host.disk.putFile("/proc/self/mountinfo", text);
  return host;
}

test("parseMounts() reads number, place and whether it is read-only, and leaves broken lines out", () => {
  expect(parseMounts(`${MOUNTS}38 36 98:0\n\n`)).toEqual([
    { id: 22, point: "/", isReadOnly: false },
    { id: 36, point: "/opt/data", isReadOnly: false },
    { id: 37, point: "/opt/data/my skills", isReadOnly: true },
  ]);
});

test("hasMountBelow() does not count the path itself, nor one that begins like it", () => {
  expect(hasMountBelow(withMounts(MOUNTS), "/opt/data")).toBe(true);
  expect(hasMountBelow(withMounts(MOUNTS), "/opt/data/my")).toBe(false);
  expect(hasMountBelow(withMounts(MOUNTS), "/opt/data/my skills")).toBe(false);
  expect(hasMountBelow(new FakeHost(), "/opt/data")).toBe(true);
});

test("findMountAt() finds a mount at a path or below it", () => {
  expect(findMountAt(withMounts(MOUNTS), "/opt/data/my skills")).toBe("/opt/data/my skills");
  expect(findMountAt(withMounts(MOUNTS), "/opt")).toBe("/opt/data");
  expect(findMountAt(withMounts(MOUNTS), "/opt/data/my")).toBeNull();
  expect(findMountAt(new FakeHost(), "/opt/data")).toBeNull();
});
