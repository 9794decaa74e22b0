import { expect, test } from "bun:test";
import {
  countServices,
  listSlots,
  freeGatewayPlaces,
  SCAN_LIMIT,
  withScanLock,
} from "../../../../src/services/s6/scan.ts";
import { FakeHost } from "../../../support/fake-host.ts";

function scanDirectory(): FakeHost {
  const host = new FakeHost();
  for (const path of ["registrar", "gateway-coder/log", "gateway-default/log", ".hidden/log"]) {
    host.disk.putDirectory(`/run/service/${path}`);
  }
  host.disk.putFile("/run/service/.hermes.lock", "");
  return host;
}

test("countServices() counts loggers and leaves hidden names out", () => {
  expect(countServices(scanDirectory())).toBe(5);
});

test("countServices() is 0 if there is no scan directory", () => {
  expect(countServices(new FakeHost())).toBe(0);
});

test("listSlots() lists the profiles that have a slot", () => {
  const host = scanDirectory();
  host.disk.putDirectory("/run/service/gateway-Bad Name");
  expect(listSlots(host).map(String)).toEqual(["coder", "default"]);
});

test("SCAN_LIMIT is s6-svscan's own", () => {
  expect(SCAN_LIMIT).toBe(1000);
});

test("freeGatewayPlaces() leaves about 498 gateways beside the image's own services", () => {
  // main-hermes, dashboard, registrar and s6-overlay's two.
  expect(freeGatewayPlaces(3)).toBe(498);
  expect(freeGatewayPlaces(4)).toBe(498);
  expect(freeGatewayPlaces(5)).toBe(497);
});

test("freeGatewayPlaces() counts a gateway and its logger", () => {
  expect(freeGatewayPlaces(0)).toBe(500);
  expect(freeGatewayPlaces(998)).toBe(1);
  expect(freeGatewayPlaces(999)).toBe(0);
  expect(freeGatewayPlaces(1000)).toBe(0);
  expect(freeGatewayPlaces(2000)).toBe(0);
});

test("withScanLock() locks a scan directory while the work is under way", async () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/service");
  const isLocked = async () => host.isLocked("/run/service/.hermes.lock");
  expect(await withScanLock(host, isLocked)).toBe(true);
  expect(await isLocked()).toBe(false);
});

test.each([["nothing"], ["a file"]])("withScanLock() of %s names the setting", async (what) => {
  const host = new FakeHost({ environment: { S6_PROFILE_GATEWAY_SCANDIR: "/run/other" } });
  if (what === "a file") host.disk.putFile("/run/other", "");
  expect(withScanLock(host, async () => 1)).rejects.toMatchObject({
    message: "Cannot change services: '/run/other' is no directory",
    hint: "leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
  });
});
