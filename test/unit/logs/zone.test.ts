import { expect, test } from "bun:test";
import { createOffsets, readerZone, timeOfWall, writerZone } from "../../../src/logs/zone.ts";
import { FakeHost } from "../../support/fake-host.ts";

function host(zone?: string, container?: string, system?: string): FakeHost {
  const fake = new FakeHost(zone === undefined ? {} : { environment: { TZ: zone } });
  if (container !== undefined) {
    fake.disk.putFile("/run/s6/container_environment/TZ", `${container}\n`);
  }
  if (system !== undefined) fake.disk.putLink("/etc/localtime", system);
  return fake;
}

test.each([
  [host(), "UTC"],
  [host("Europe/Berlin"), "Europe/Berlin"],
  [host(":Europe/Berlin"), "Europe/Berlin"],
  [host("/usr/share/zoneinfo/Asia/Tokyo"), "Asia/Tokyo"],
  [host("nonsense"), "UTC"],
  [host("", undefined, "/usr/share/zoneinfo/Asia/Tokyo"), "Asia/Tokyo"],
  [host("Europe/Berlin", undefined, "/usr/share/zoneinfo/Asia/Tokyo"), "Europe/Berlin"],
])("readerZone() %#", (fake, zone) => {
  expect(readerZone(fake)).toBe(zone);
});

test("writerZone() is the container's, whatever the reader's is", () => {
  expect(writerZone(host("Asia/Tokyo", "Europe/Berlin"))).toBe("Europe/Berlin");
  expect(writerZone(host("Asia/Tokyo"))).toBe("Asia/Tokyo");
  const container = host("Asia/Tokyo");
  container.disk.putDirectory("/run/s6/container_environment");
  expect(writerZone(container)).toBe("UTC");
});

test("timeOfWall() finds the time on both sides of a change of the clocks", () => {
  const offsets = createOffsets("Europe/Berlin");
  for (const time of [
    Date.UTC(2026, 2, 29, 0, 59),
    Date.UTC(2026, 2, 29, 1, 1),
    Date.UTC(2026, 9, 25, 2, 30),
  ]) {
    expect(timeOfWall(time + offsets(time), offsets)).toBe(time);
  }
});

test("createOffsets() knows zones of quarters of an hour, and clocks that change at half past", () => {
  expect(createOffsets("Asia/Kathmandu")(Date.UTC(2026, 10, 20)) / 60_000).toBe(345);
  const howe = createOffsets("Australia/Lord_Howe");
  const change = Date.UTC(2026, 9, 3, 15, 30);
  expect([change - 1, change].map((time) => howe(time) / 60_000)).toEqual([630, 660]);
});
