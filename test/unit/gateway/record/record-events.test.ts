import { expect, test } from "bun:test";
import { RUNTIME_VARIABLES } from "../../../../src/core/runtime-environment.ts";
import { makeEvent, renderEventLine } from "../../../../src/gateway/record/event.ts";
import { recordEvents } from "../../../../src/gateway/record/record-events.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const LOG = "/vol/logs/gateway-events.log";
const HOOK = "/vol/hooks/gateway-event";
const EVENT = makeEvent(0, "ready", profileName("coder"), { pid: 1 });

function installation(options: FakeHostOptions = {}) {
  const environment = {
    XDG_RUNTIME_DIR: "/run/user",
    TOKEN: "secret",
    HERMES_S6_SUPERVISED_PID: "7",
    HERMES_S6_SUPERVISED_CHILD: "1",
    NODE_OPTIONS: "--inspect",
    HERMES_HOME: "/vol/profiles/coder",
  };
  const host = new FakeHost({ environment, ...options });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putDirectory("/vol");
  return host;
}

test("recordEvents() writes the log, and starts nothing if there is no hook", async () => {
  const host = installation();
  await recordEvents(host, "/vol", [EVENT]);
  expect(host.disk.text(LOG)).toContain('"event":"ready"');
  expect(host.table.detached).toEqual([]);
  expect(host.disk.has("/run/user/hermes/events")).toBe(false);
});

test("recordEvents() has a hook told by a process that is no part of any gateway", async () => {
  const host = installation();
  host.disk.putFile(HOOK, "", { mode: 0o755 });
  await recordEvents(host, "/vol", [EVENT]);
  const [started] = host.table.detached;
  expect(started?.command).toEqual([
    "/usr/bin/setsid",
    "--fork",
    "/usr/local/bin/hermes-boot",
    "tell-hook",
  ]);
  expect(started?.environment).toEqual({
    PATH: "/usr/bin",
    HOME: "/root",
    XDG_RUNTIME_DIR: "/run/user",
    TOKEN: "secret",
    HERMES_HOME: "/vol",
  });
});

test("recordEvents() takes the container's environment for the hook if there is one", async () => {
  const host = installation();
  host.disk.putFile(HOOK, "", { mode: 0o755 });
  host.disk.putFile("/command/with-contenv", "", { mode: 0o755 });
  await recordEvents(host, "/vol", [EVENT]);
  expect(host.table.detached[0]?.command.slice(2)).toEqual([
    "/command/with-contenv",
    "/usr/bin/env",
    ...RUNTIME_VARIABLES.flatMap((name) => ["-u", name]),
    "/usr/local/bin/hermes-boot",
    "tell-hook",
  ]);
});

test("recordEvents() as root leaves it to a child that becomes hermes", async () => {
  const host = installation({ uid: 0, users: [HERMES] });
  host.table.install("hermes-boot", (args, { stdin }) => ({
    stderr: `${args.join(" ")}: ${stdin === renderEventLine(EVENT) ? "told" : "nothing"}\n`,
  }));
  await recordEvents(host, "/vol", [EVENT]);
  expect(host.notes).toEqual(["volume events: told"]);
  expect(host.disk.has(LOG)).toBe(false);
});

test("recordEvents() says what a volume refuses, and still tells the hook", async () => {
  const host = installation();
  host.disk.putFile(HOOK, "", { mode: 0o755 });
  host.disk.fail("/vol", "write", "EROFS");
  await recordEvents(host, "/vol", [EVENT]);
  expect(host.notes).toEqual(["warning: cannot write the gateways' events: read-only file system"]);
  expect(host.table.detached.length).toBe(1);
});

test("recordEvents() writes down that a hook is hopelessly behind", async () => {
  const host = installation();
  host.disk.putFile(HOOK, "", { mode: 0o755 });
  await recordEvents(
    host,
    "/vol",
    Array.from({ length: 300 }, () => EVENT),
  );
  const last = host.disk.text(LOG)?.trim().split("\n").at(-1);
  expect(last).toContain("256 events wait for the hook already: it is not told of 'ready'");
});

test("recordEvents() does nothing for nothing", async () => {
  const host = installation();
  await recordEvents(host, "/vol", []);
  expect(host.disk.has(LOG)).toBe(false);
});
