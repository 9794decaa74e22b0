import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import {
  disableService,
  isDashboardService,
  isMainService,
  isServiceDisabled,
  shareStaticServices,
  waitForNoListener,
} from "../../../src/boot/static-services.ts";
import { STATIC_SERVICES } from "../../../src/services/static-services.ts";
import { installS6 } from "../../support/fake-s6.ts";
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

test.each([
  [{}, ["sleep"], false],
  [{ HERMES_DASHBOARD: "garbage" }, ["sleep"], false],
  [{ HERMES_DASHBOARD: "YES" }, ["sleep"], true],
  [{ HERMES_DASHBOARD: "1" }, ["hermes", "dashboard"], false],
] as const)("isDashboardService() with %j and command %j is %p", (environment, words, expected) => {
  const host = new FakeHost({ environment });
  host.disk.putDirectory("/proc/1");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, ...words] });
  expect(isDashboardService(host)).toBe(expected);
});

test("disableService() marks a service of the image once, and makes none", () => {
  const host = new FakeHost({ environment: { S6_PROFILE_GATEWAY_SCANDIR: "/run/other" } });
  disableService(host, "main-hermes");
  expect(host.disk.has("/run/service/main-hermes")).toBe(false);
  host.disk.putDirectory("/run/service/main-hermes");
  expect(isServiceDisabled(host, "main-hermes")).toBe(false);
  disableService(host, "main-hermes");
  disableService(host, "main-hermes");
  expect(isServiceDisabled(host, "main-hermes")).toBe(true);
});

test("shareStaticServices() gives the group hermes the services that are there, without their locks", async () => {
  const host = new FakeHost({ uid: 0 });
  installS6(host);
  host.table.install("s6-svperms", () => ({}));
  for (const name of ["registrar", "dashboard"]) {
    host.disk.putFifo(`/run/service/${name}/supervise/control`, "present");
    host.disk.putFile(`/run/service/${name}/supervise/lock`, "", { mode: 0o644 });
  }
  await shareStaticServices(host);
  const [dashboard, registrar] = ["/run/service/dashboard", "/run/service/registrar"];
  expect(host.table.commands.map(([, ...words]) => words)).toEqual([
    ["-G", "hermes", "--", dashboard, registrar],
    ["-g", "hermes", "--", registrar],
  ]);
  expect(host.files.readStatus(`${registrar}/supervise/lock`)?.mode).toBe(0o600);
});

test("the image declares exactly the static services that are known here", () => {
  const directory = join(import.meta.dir, "../../../docker/rootfs/etc/s6-overlay/s6-rc.d");
  const names = (path: string) => readdirSync(join(directory, path)).toSorted();
  expect(names("user/contents.d")).toEqual([...STATIC_SERVICES].toSorted());
  expect(names(".").filter((name) => name !== "user")).toEqual([...STATIC_SERVICES].toSorted());
});

test("waitForNoListener() waits while s6-rc takes the word of a start, and no longer than 2 s", async () => {
  const listener = "/run/service/dashboard/event/ftrig1:@40000000";
  const host = new FakeHost();
  host.disk.putDirectory("/run/service/dashboard/event");
  await waitForNoListener(host, "dashboard");
  expect(host.clock.elapsed()).toBe(0);
  host.disk.putFile(listener, "");
  host.clock.after(50, () => host.disk.removeForTest(listener));
  await waitForNoListener(host, "dashboard");
  expect(host.clock.elapsed()).toBe(50);
  host.disk.putFile(listener, "");
  await waitForNoListener(host, "dashboard");
  expect(host.clock.elapsed()).toBe(2050);
});

test("the image gives each `finish` of a static service a minute: cut off, s6 would start the service again", () => {
  const directory = join(import.meta.dir, "../../../docker/rootfs/etc/s6-overlay/s6-rc.d");
  for (const name of STATIC_SERVICES) {
    const files = readdirSync(join(directory, name));
    expect(files.includes("timeout-finish")).toBe(files.includes("finish"));
    if (!files.includes("finish")) continue;
    expect(readFileSync(join(directory, name, "timeout-finish"), "utf8")).toBe("60000\n");
  }
});
