import { expect, test } from "bun:test";
import { countServices, listSlots } from "../../../../src/services/s6/scan.ts";
import { FakeHost } from "../../../support/fake-host.ts";

function scanDirectory(): FakeHost {
  const host = new FakeHost();
  for (const path of ["registrar", "gateway-coder/log", "gateway-default/log", ".hidden/log"]) {
    host.disk.putDirectory(`/scan/${path}`);
  }
  host.disk.putFile("/scan/.hermes.lock", "");
  return host;
}

test("countServices() counts loggers and leaves hidden names out", () => {
  expect(countServices(scanDirectory(), "/scan")).toBe(5);
});

test("countServices() is 0 where there is no scan directory", () => {
  expect(countServices(new FakeHost(), "/scan")).toBe(0);
});

test("listSlots() lists the profiles that have a slot", () => {
  const host = scanDirectory();
  host.disk.putDirectory("/scan/gateway-Bad Name");
  expect(listSlots(host, "/scan").map(String)).toEqual(["coder", "default"]);
});
