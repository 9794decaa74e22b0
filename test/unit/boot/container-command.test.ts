import { expect, test } from "bun:test";
import {
  findContainerCommand,
  isDashboardService,
  isInitWithoutCommand,
  isMainService,
  runsMainProgram,
} from "../../../src/boot/container-command.ts";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { FakeHost } from "../../support/fake-host.ts";

function processes(table: Readonly<Record<number, readonly string[]>>): FakeHost {
  const host = new FakeHost();
  for (const [pid, argv] of Object.entries(table)) {
    host.table.start(Number(pid), { argv });
  }
  return host;
}

test("findContainerCommand() finds the words behind the wrapper, in the init's command line", () => {
  const host = processes({
    1: ["s6-svscan", "--", "/run/service"],
    15: ["/package/admin/s6/command/s6-supervise", "main"],
    17: ["/bin/sh", "-e", "/run/s6/basedir/scripts/rc.init", "top", MAIN_WRAPPER, "gateway", "run"],
  });
  expect(findContainerCommand(host)).toEqual({ pid: 17, args: ["gateway", "run"] });
});

test("findContainerCommand() takes the lowest pid, by number", () => {
  const host = processes({
    9: ["/init", MAIN_WRAPPER, "first"],
    10: ["sh", MAIN_WRAPPER, "second"],
    100: ["sh", MAIN_WRAPPER, "third"],
  });
  expect(findContainerCommand(host)?.args).toEqual(["first"]);
});

test("findContainerCommand() knows a command without words", () => {
  expect(findContainerCommand(processes({ 1: ["/init", MAIN_WRAPPER] }))?.args).toEqual([]);
});

test("findContainerCommand() is null outside the image", () => {
  expect(findContainerCommand(processes({ 1: ["systemd"] }))).toBeNull();
  expect(findContainerCommand(new FakeHost())).toBeNull();
});

test.each([
  [["/bin/sh", "-e", "/run/s6/basedir/scripts/rc.init", "top"], true],
  [["/bin/sh", "-e", "/run/s6/basedir/scripts/rc.init", "top", MAIN_WRAPPER], false],
  [["/bin/sh", "-e", "/run/s6/basedir/scripts/rc.init", "top", "bash"], false],
  [["/bin/sh", "/usr/local/lib/hermes/plain/boot"], true],
  [["/bin/sh", "/usr/local/lib/hermes/plain/boot", MAIN_WRAPPER, "chat"], false],
  [["systemd"], false],
])("isInitWithoutCommand() of %j is %p", (argv, expected) => {
  expect(isInitWithoutCommand(processes({ 17: argv }))).toBe(expected);
});

test.each([
  [["/bin/sh", "-e", "/run/s6/basedir/scripts/rc.init", "top", MAIN_WRAPPER, "bash"], true],
  [["/bin/sh", "/usr/local/lib/hermes/plain/boot", MAIN_WRAPPER], true],
  [["s6-supervise", "main-hermes"], true],
  [["s6-supervise", "gateway-default"], false],
  // The main program itself, and who comes through `docker exec`.
  [["bash"], false],
  [["sh", MAIN_WRAPPER, "bash"], false],
])("runsMainProgram() of %j is %p", (argv, expected) => {
  expect(runsMainProgram(processes({ 17: argv }), 17)).toBe(expected);
  expect(runsMainProgram(new FakeHost(), 0)).toBe(false);
});

/** Three containers that see each other's processes, from inside the one with this s6-svscan. */
function shared(svscan: number): FakeHost {
  const host = processes({ 1: ["/pause"] });
  const put = (pid: number, parent: number, argv: readonly string[]) => {
    host.table.start(pid, { argv, parent });
  };
  put(7, 0, ["s6-svscan"]);
  put(8, 7, ["/bin/sh", "/usr/local/lib/hermes/plain/boot", MAIN_WRAPPER, "gateway", "run"]);
  put(20, 0, ["s6-svscan"]);
  put(21, 20, ["wait"]);
  put(22, 21, ["/bin/sh", "/usr/local/lib/hermes/plain/boot", MAIN_WRAPPER, "bash"]);
  put(30, 0, ["s6-svscan"]);
  put(31, 30, ["/bin/sh", "/usr/local/lib/hermes/plain/boot"]);
  host.disk.putFile("/run/s6/svscan-pid", `${svscan}\n`);
  return host;
}

test("findContainerCommand() takes the words of this container among others", () => {
  expect(findContainerCommand(shared(7))).toEqual({ pid: 8, args: ["gateway", "run"] });
  expect(findContainerCommand(shared(20))).toEqual({ pid: 22, args: ["bash"] });
  expect(findContainerCommand(shared(30))).toBeNull();
});

test("isInitWithoutCommand() looks at this container's init among others", () => {
  expect(isInitWithoutCommand(shared(20))).toBe(false);
  expect(isInitWithoutCommand(shared(30))).toBe(true);
});

const BOOT = "/usr/local/lib/hermes/plain/boot";

test.each([
  [[BOOT], {}, true],
  [[BOOT], { HERMES_TUI: "1" }, false],
  [[BOOT], { HERMES_TUI: "0" }, true],
  [[BOOT, MAIN_WRAPPER], {}, false],
  [["systemd"], {}, false],
] as const)("isMainService() below %j with %j is %p", (argv, environment, expected) => {
  const host = new FakeHost({ environment });
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
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, ...words] });
  expect(isDashboardService(host)).toBe(expected);
});
