import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  disableService,
  isServiceDisabled,
  shareStaticServices,
  STATIC_SERVICES,
  waitForNoListener,
} from "../../../../src/services/image/static-services.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { FakeHost } from "../../../support/fake-host.ts";

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
  const directory = join(import.meta.dir, "../../../../docker/rootfs/etc/s6-overlay/s6-rc.d");
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
  const directory = join(import.meta.dir, "../../../../docker/rootfs/etc/s6-overlay/s6-rc.d");
  for (const name of STATIC_SERVICES) {
    const files = readdirSync(join(directory, name));
    expect(files.includes("timeout-finish")).toBe(files.includes("finish"));
    if (!files.includes("finish")) continue;
    expect(readFileSync(join(directory, name, "timeout-finish"), "utf8")).toBe("60000\n");
  }
});
