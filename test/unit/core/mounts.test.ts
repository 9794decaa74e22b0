import { expect, test } from "bun:test";
import {
  findMountAt,
  findMountOptions,
  hasMountBelow,
  parseMounts,
} from "../../../src/core/mounts.ts";
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

test("parseMounts() reads number, place and options, and leaves broken lines out", () => {
  expect(parseMounts(`${MOUNTS}38 36 98:0\n\n`)).toEqual([
    { id: 22, point: "/", options: ["rw", "relatime"] },
    { id: 36, point: "/opt/data", options: ["rw", "noatime"] },
    { id: 37, point: "/opt/data/my skills", options: ["ro", "noatime"] },
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

test("findMountOptions() takes the mount that the path is on, and the later one of two at the same place", () => {
  const mounts = parseMounts(`${MOUNTS}38 22 0:5 / /opt/data rw,noexec - tmpfs tmpfs rw\n`);
  expect(findMountOptions(mounts, "/opt/data")).toEqual(["rw", "noexec"]);
  expect(findMountOptions(mounts, "/opt/database")).toEqual(["rw", "relatime"]);
  expect(findMountOptions(mounts, "/opt/data/my skills/x")).toEqual(["ro", "noatime"]);
  expect(findMountOptions([], "/opt/data")).toEqual([]);
});
