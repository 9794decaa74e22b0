import { expect, test } from "bun:test";
import { withScanLock } from "../../../../src/services/s6/scan-lock.ts";
import { FakeHost } from "../../../support/fake-host.ts";

test("withScanLock() locks a scan directory while the work is under way", async () => {
  const host = new FakeHost();
  host.disk.putDirectory("/run/service");
  const isLocked = async () => host.isLocked("/run/service/.hermes.lock");
  expect(await withScanLock(host, "/run/service", isLocked)).toBe(true);
  expect(await isLocked()).toBe(false);
});

test.each([["nothing"], ["a file"]])("withScanLock() of %s names the setting", async (what) => {
  const host = new FakeHost();
  if (what === "a file") host.disk.putFile("/run/other", "");
  expect(withScanLock(host, "/run/other", async () => 1)).rejects.toMatchObject({
    message: "Cannot change services: '/run/other' is no directory",
    hint: "leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
  });
});
