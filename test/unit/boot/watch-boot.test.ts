import { expect, test } from "bun:test";
import { killBoot, readBootLimit, watchBoot } from "../../../src/boot/watch-boot.ts";
import { announceShutdown } from "../../../src/core/boot-directory.ts";
import { FALLBACK_BOOT, MAIN_WRAPPER, OVERLAY_BOOT } from "../../../src/core/image.ts";
import { recordBooted } from "../../../src/services/boot-phase.ts";
import { FakeHost } from "../../support/fake-host.ts";

function booting(): FakeHost {
  const host = new FakeHost();
  host.disk.putFile(MAIN_WRAPPER, "");
  host.disk.putDirectory("/run/hermes-boot");
  host.table.start(1, { command: "s6-svscan", argv: ["s6-svscan"] });
  return host;
}

test("watchBoot() ends when the container has booted, also if its command has ended since", async () => {
  const host = booting();
  host.disk.putDirectory("/run/hermes-registrar");
  recordBooted(host);
  expect(await watchBoot(host, 600)).toBe("booted");
});

test("watchBoot() has nothing to say of a container that is stopped while it boots", async () => {
  const host = booting();
  announceShutdown(host);
  expect(await watchBoot(host, 600)).toBe("booted");
});

test("watchBoot() calls a boot dead that never started the services", async () => {
  const host = booting();
  recordBooted(host);
  expect(await watchBoot(host, 600)).toBe("dead");
});

test("watchBoot() calls a boot dead whose script is gone, within seconds", async () => {
  const host = booting();
  expect(await watchBoot(host, 600)).toBe("dead");
  expect(host.clock.elapsed()).toBeLessThan(5000);
});

test.each([OVERLAY_BOOT, FALLBACK_BOOT])(
  "watchBoot() waits while %s runs, up to the limit",
  async (script) => {
    const host = booting();
    host.table.start(17, { argv: ["/bin/sh", "-e", script, "top"] });
    expect(await watchBoot(host, 20)).toBe("too-slow");
    expect(host.clock.elapsed()).toBeGreaterThanOrEqual(20_000);
  },
);

test.each([
  [{}, 600],
  [{ HERMES_BOOT_TIMEOUT: "30" }, 30],
  [{ HERMES_BOOT_TIMEOUT: "0" }, Number.POSITIVE_INFINITY],
  [{ HERMES_BOOT_TIMEOUT: "soon" }, 600],
])("readBootLimit() of %j is %d", (environment, expected) => {
  expect(readBootLimit(environment)).toBe(expected);
});

test("killBoot() kills the script that boots and s6-rc, and nothing else", () => {
  const host = booting();
  host.table.start(17, { argv: ["/bin/sh", "-e", OVERLAY_BOOT, "top"] });
  host.table.start(18, { command: "s6-rc", argv: ["s6-rc", "-u", "change"] });
  host.table.start(19, { command: "sleep", argv: ["sleep", "9"] });
  killBoot(host);
  expect(host.table.signals).toEqual(["17 SIGKILL", "18 SIGKILL"]);
});
