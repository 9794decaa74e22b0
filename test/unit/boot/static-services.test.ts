import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/boot/container-command.ts";
import { isMainService, keepServiceDown } from "../../../src/boot/static-services.ts";
import { FakeHost } from "../../support/fake-host.ts";

const BOOT = "/usr/local/lib/hermes/plain/boot";

test.each([
  [[BOOT], {}, true],
  [[BOOT], { HERMES_TUI: "1" }, false],
  [[BOOT], { HERMES_TUI: "0" }, true],
  [[BOOT, MAIN_WRAPPER], {}, false],
  [["systemd"], {}, false],
] as const)("isMainService() below %j with %j is %p", (argv, environment, expected) => {
  const host = new FakeHost({ environment });
  host.disk.putDirectory("/proc/17");
  host.table.start(17, { argv });
  expect(isMainService(host)).toBe(expected);
});

test("keepServiceDown() marks a service of the image once, and makes none", () => {
  const host = new FakeHost({ environment: { S6_PROFILE_GATEWAY_SCANDIR: "/run/other" } });
  keepServiceDown(host, "main-hermes");
  expect(host.disk.has("/run/service/main-hermes")).toBe(false);
  host.disk.putDirectory("/run/service/main-hermes");
  keepServiceDown(host, "main-hermes");
  keepServiceDown(host, "main-hermes");
  expect(host.disk.has("/run/service/main-hermes/stay-down")).toBe(true);
});
