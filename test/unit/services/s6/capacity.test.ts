import { expect, test } from "bun:test";
import { freeGatewayPlaces, SCAN_LIMIT } from "../../../../src/services/s6/capacity.ts";

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
