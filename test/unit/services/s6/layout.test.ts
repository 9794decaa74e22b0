import { expect, test } from "bun:test";
import { DEFAULT_PROFILE } from "../../../../src/profiles/name.ts";
import {
  controlFifo,
  hiddenSlotPath,
  profileOfService,
  scanDirectory,
  serviceName,
  slotPath,
} from "../../../../src/services/s6/layout.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const CODER = profileName("coder");

const at = (S6_PROFILE_GATEWAY_SCANDIR: string) =>
  scanDirectory(new FakeHost({ environment: { S6_PROFILE_GATEWAY_SCANDIR } }));

test("scanDirectory() is /run/service unless the environment says otherwise", () => {
  expect(scanDirectory(new FakeHost())).toBe("/run/service");
  expect(at("")).toBe("/run/service");
  expect(at("/tmp/scan")).toBe("/tmp/scan");
});

test("serviceName() of the root profile is gateway-default", () => {
  expect(serviceName(DEFAULT_PROFILE)).toBe("gateway-default");
  expect(serviceName(CODER)).toBe("gateway-coder");
});

test("profileOfService() is the way back, and null for everything else", () => {
  expect(String(profileOfService("gateway-coder"))).toBe("coder");
  for (const service of ["gateway-", "gateway-A", "gateway-a b", "registrar", "coder", ""]) {
    expect(profileOfService(service)).toBeNull();
  }
});

test("slotPath(), controlFifo() and hiddenSlotPath() stay in the scan directory", () => {
  expect(slotPath(new FakeHost(), CODER)).toBe("/run/service/gateway-coder");
  expect(controlFifo("/run/service/gateway-coder")).toBe(
    "/run/service/gateway-coder/supervise/control",
  );
  expect(hiddenSlotPath(new FakeHost(), CODER, "tmp")).toBe("/run/service/.gateway-coder.tmp");
  expect(hiddenSlotPath(new FakeHost(), CODER, "gone")).toBe("/run/service/.gateway-coder.gone");
});
