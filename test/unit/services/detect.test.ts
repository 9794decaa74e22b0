import { expect, test } from "bun:test";
import { detectServiceManager, isS6Here } from "../../../src/services/detect.ts";
import { FakeHost } from "../../support/fake-host.ts";
import type { FifoReader } from "../../../src/host/file-system.ts";

const PROCESS_ONE = "/proc/1/comm";

function host(comm: string, control: FifoReader | null = null): FakeHost {
  const fake = new FakeHost();
  fake.disk.putFile(PROCESS_ONE, `${comm}\n`);
  if (control !== null) fake.disk.putFifo("/run/service/.s6-svscan/control", control);
  return fake;
}

test("isS6Here() knows s6-overlay by PID 1 and its base directory", () => {
  const image = host("s6-svscan");
  expect(isS6Here(image)).toBe(false);
  image.disk.putDirectory("/run/s6/basedir");
  expect(isS6Here(image)).toBe(true);
});

test("isS6Here() is not impressed by a base directory that another PID 1 left", () => {
  const other = host("systemd");
  other.disk.putDirectory("/run/s6/basedir");
  expect(isS6Here(other)).toBe(false);
});

test("isS6Here() knows a live scan directory below another PID 1", () => {
  expect(isS6Here(host("tini", "present"))).toBe(true);
  expect(isS6Here(host("tini", "absent"))).toBe(false);
});

test("isS6Here() looks for s6-svscan if the FIFO may not be asked", () => {
  const fake = host("tini", "not-permitted");
  expect(isS6Here(fake)).toBe(false);
  fake.table.start(73, { command: "s6-svscan" });
  expect(isS6Here(fake)).toBe(true);
});

test("isS6Here() never asks whether this is a container", () => {
  const fake = host("bash");
  fake.disk.putFile("/.dockerenv", "");
  fake.disk.putFile("/run/.containerenv", "");
  expect(isS6Here(fake)).toBe(false);
});

test("detectServiceManager() is s6 or none", () => {
  expect(detectServiceManager(host("tini", "present")).kind).toBe("s6");
  expect(detectServiceManager(host("bash")).kind).toBe("none");
});
