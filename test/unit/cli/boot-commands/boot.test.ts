import { expect, test } from "bun:test";
import { hermesBoot } from "../../../support/command-line.ts";
import { container } from "../../../support/boot-container.ts";

test("hermes-boot boot runs the stages of a part, and none twice", async () => {
  const host = container({ uid: 10_000 });
  expect(await hermesBoot(host, "boot", "setup")).toEqual({ code: 0, stdout: "", notes: [] });
  expect(host.disk.has("/vol/SOUL.md")).toBe(true);
  host.files.removeFile("/vol/SOUL.md");
  expect(await hermesBoot(host, "boot", "setup")).toMatchObject({ code: 0 });
  expect(host.disk.has("/vol/SOUL.md")).toBe(false);
});

test("hermes-boot boot says which stage failed, goes on, and exits 1", async () => {
  const host = container({ environment: { S6_PROFILE_GATEWAY_SCANDIR: "/run/nowhere" } });
  const { code, notes } = await hermesBoot(host, "boot", "reconcile");
  expect(code).toBe(1);
  expect(notes).toEqual([
    "✗ Cannot change services: '/run/nowhere' is no directory",
    "  Hint: leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
  ]);
  host.disk.putDirectory("/run/hermes-boot");
  expect(await hermesBoot(host, "boot", "finish")).toMatchObject({ code: 0 });
  expect(host.disk.has("/run/hermes-boot/booted.json")).toBe(true);
});

test("hermes-boot boot refuses what is no part of the boot", async () => {
  expect(await hermesBoot(container(), "boot", "everything")).toMatchObject({ code: 2 });
});
