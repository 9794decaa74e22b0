import { expect, test } from "bun:test";
import { basename } from "node:path";
import { ENTRY_POINT, MAIN_WRAPPER, OVERLAY_BOOT } from "../../../src/core/image.ts";
import { readBootPhase, recordBooted, waitForBoot } from "../../../src/services/boot-phase.ts";
import { FakeHost } from "../../support/fake-host.ts";

const GROUP = "0::/\n";

/** A container of the image, whose PID 1 is s6-svscan. */
function container(pidOne: { readonly argv: readonly string[]; readonly startTime?: number }) {
  const host = new FakeHost();
  host.disk.putFile(MAIN_WRAPPER, "");
  host.disk.putDirectory("/run/hermes-boot");
  host.disk.putFile("/proc/self/cgroup", GROUP);
  start(host, 1, pidOne);
  return host;
}

function start(
  host: FakeHost,
  pid: number,
  { argv, startTime = 500 }: { readonly argv: readonly string[]; readonly startTime?: number },
  group = GROUP,
): void {
  const parent = pid === 1 ? 0 : 1;
  host.table.start(pid, { argv, startTime, parent, command: basename(argv[0] ?? "") });
  host.disk.putFile(`/proc/${pid}/cgroup`, group);
}

test("readBootPhase() is none on a host, and in the image without its init", () => {
  expect(readBootPhase(new FakeHost())).toBe("none");
  expect(readBootPhase(container({ argv: ["sleep", "infinity"] }))).toBe("none");
  expect(readBootPhase(container({ argv: ["sh", "-c", "/opt/app/init; /initialize"] }))).toBe(
    "none",
  );
});

test.each([
  [["runc", "init"]],
  [["/bin/sh", ENTRY_POINT, "sleep"]],
  [["/sbin/docker-init", "--", ENTRY_POINT]],
  [["/bin/sh", "-e", "/init", MAIN_WRAPPER, "sleep"]],
  [["/bin/sh", "/usr/local/lib/hermes/plain/init"]],
  [["/bin/sh", "-c", `mkdir -p /srv/x && exec ${ENTRY_POINT} "$@"`]],
  [["/bin/sh", "-c", "exec /init"]],
])("readBootPhase() is booting as soon as PID 1 is %j", (argv) => {
  expect(readBootPhase(container({ argv }))).toBe("booting");
});

test("readBootPhase() is booted once that is recorded, and booting again after a restart", () => {
  const host = container({ argv: ["s6-svscan"], startTime: 500 });
  recordBooted(host);
  expect(readBootPhase(host)).toBe("booted");
  start(host, 1, { argv: ["/bin/sh", ENTRY_POINT], startTime: 900 });
  expect(readBootPhase(host)).toBe("booting");
});

test("recordBooted() names the s6-svscan of the fallback init, which may not be PID 1", () => {
  const host = container({ argv: ["/pause"] });
  start(host, 7, { argv: ["s6-svscan"], startTime: 700 });
  host.disk.putFile("/run/s6/svscan-pid", "7\n");
  recordBooted(host);
  expect(host.disk.text("/run/hermes-boot/booted.json")).toBe('{"pid":7,"startTime":700}');
  expect(readBootPhase(host)).toBe("booted");
});

test("readBootPhase() takes the init of another container for no init of this one", () => {
  const host = container({ argv: ["/pause"] });
  start(host, 30, { argv: ["/bin/sh", ENTRY_POINT] }, "0::/../other\n");
  expect(readBootPhase(host)).toBe("none");
});

test("waitForBoot() returns at once if nothing boots, and as soon as the boot is over", async () => {
  await waitForBoot(new FakeHost());
  const host = container({ argv: ["/bin/sh", ENTRY_POINT] });
  const waiting = waitForBoot(host);
  recordBooted(host);
  await waiting;
});

test("waitForBoot() gives up after 30 s with exit code 75 and says so", async () => {
  const host = container({ argv: ["/bin/sh", ENTRY_POINT] });
  const error = await waitForBoot(host).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    message: "Cannot change gateways yet: the container is still booting after 30 s",
    exitCode: 75,
  });
});

test("waitForBoot() does not keep a script of the boot itself waiting", async () => {
  const host = container({ argv: ["s6-svscan"] });
  start(host, 20, { argv: ["/bin/sh", "-e", OVERLAY_BOOT, "top"] });
  host.table.start(host.self.pid, { parent: 20 });
  await waitForBoot(host);
});
