import { expect, test } from "bun:test";
import { readerZone, writerZone } from "../../../src/logs/time-zone.ts";
import type { OffsetAt } from "../../../src/logs/zone-offsets.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { zoneFile } from "../../support/zone-file.ts";

const ZONES = "/usr/share/zoneinfo";
const NEW_YORK = zoneFile(-17_762, [], "EST5EDT,M3.2.0,M11.1.0");

function host(zone?: string, container?: string, system?: string): FakeHost {
  const fake = new FakeHost(zone === undefined ? {} : { environment: { TZ: zone } });
  if (container !== undefined) {
    fake.disk.putFile("/run/s6/container_environment/TZ", `${container}\n`);
  }
  if (system !== undefined) fake.disk.putLink("/etc/localtime", system);
  return fake;
}

/** Hours ahead of UTC in winter and in summer. */
const hoursOf = (offsetAt: OffsetAt) =>
  [Date.UTC(2026, 0, 15), Date.UTC(2026, 6, 15)].map((time) => offsetAt(time) / 3_600_000);

const UTC = [0, 0];
const BERLIN = [1, 2];
const TOKYO = [9, 9];
const EASTERN = [-5, -4];

test.each([
  [host(), UTC],
  [host("Europe/Berlin"), BERLIN],
  [host(":Europe/Berlin"), BERLIN],
  [host(`${ZONES}/Asia/Tokyo`), TOKYO],
  [host("EST5EDT,M3.2.0,M11.1.0"), EASTERN],
  [host("nonsense"), UTC],
  [host("/etc/shadow"), UTC],
  [host("", undefined, `${ZONES}/Asia/Tokyo`), TOKYO],
  [host("Europe/Berlin", undefined, `${ZONES}/Asia/Tokyo`), BERLIN],
])("readerZone() %#", (fake, hours) => {
  expect(hoursOf(readerZone(fake))).toEqual(hours);
});

test("readerZone() uses the content of /etc/localtime, not the name of its link", () => {
  const mounted = host(undefined, undefined, `${ZONES}/Etc/UTC`);
  mounted.disk.putFile(`${ZONES}/Etc/UTC`, NEW_YORK);
  expect(hoursOf(readerZone(mounted))).toEqual(EASTERN);
  const file = host();
  file.disk.putFile("/etc/localtime", NEW_YORK);
  expect(hoursOf(readerZone(file))).toEqual(EASTERN);
  const utc = host("UTC", undefined, `${ZONES}/Etc/UTC`);
  utc.disk.putFile(`${ZONES}/Etc/UTC`, NEW_YORK);
  expect(hoursOf(readerZone(utc))).toEqual(UTC);
  file.disk.putFile("/etc/localtime", "damaged");
  expect(hoursOf(readerZone(file))).toEqual(UTC);
});

test("writerZone() is the container's, not the reader's", () => {
  expect(hoursOf(writerZone(host("Asia/Tokyo", "Europe/Berlin")))).toEqual(BERLIN);
  expect(hoursOf(writerZone(host("Asia/Tokyo")))).toEqual(TOKYO);
  const container = host("Asia/Tokyo");
  container.disk.putDirectory("/run/s6/container_environment");
  expect(hoursOf(writerZone(container))).toEqual(UTC);
});

test("readerZone() knows a name from its file, and without one from the runtime", () => {
  const fake = host("America/New_York");
  expect(hoursOf(readerZone(fake))).toEqual(EASTERN);
  fake.disk.putFile(`${ZONES}/America/New_York`, zoneFile(3600));
  expect(hoursOf(readerZone(fake))).toEqual([1, 1]);
});
