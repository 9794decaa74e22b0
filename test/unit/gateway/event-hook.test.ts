import { expect, test } from "bun:test";
import { tellHook } from "../../../src/gateway/event-hook.ts";
import { enqueueEvents } from "../../../src/gateway/record/event-queue.ts";
import { makeEvent, parseEventLine } from "../../../src/gateway/record/event.ts";
import { FakeHost, type FakeHostOptions } from "../../support/fake-host.ts";
import type { Answer } from "../../support/fake-processes.ts";
import { profileName } from "../../support/names.ts";

const HOOK = "/vol/hooks/gateway-event";
const LOG = "/vol/logs/gateway-events.log";

function installation(options: FakeHostOptions = {}) {
  const host = new FakeHost({ environment: { XDG_RUNTIME_DIR: "/run/user" }, ...options });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putDirectory("/vol");
  return host;
}

function withHook(options: FakeHostOptions = {}, answer: () => Answer = () => ({})) {
  const host = installation(options);
  host.disk.putFile(HOOK, "", { mode: 0o755 });
  const told: (string | undefined)[] = [];
  host.table.install("timeout", (_args, { stdin }) => {
    told.push(parseEventLine(stdin ?? "")?.event);
    return answer();
  });
  return { host, told };
}

const eventOf = (kind: "started" | "ready" | "stopped") =>
  makeEvent(0, kind, profileName("coder"), { pid: 9 });

const failures = (host: FakeHost) =>
  (host.disk.text(LOG) ?? "").split("\n").flatMap((line) => parseEventLine(line)?.reason ?? []);

test("tellHook() tells of every waiting event in order, in bounded time, without the log's noise", async () => {
  const { host, told } = withHook();
  enqueueEvents(host, [eventOf("started"), eventOf("ready")]);
  await tellHook(host, "/vol");
  expect(told).toEqual(["started", "ready"]);
  expect(host.table.commands[0]).toEqual([
    "/usr/bin/timeout",
    "--kill-after=2",
    "10",
    "/bin/sh",
    "-c",
    'exec "$0" >/dev/null',
    HOOK,
  ]);
  expect(host.disk.has(LOG)).toBe(false);
});

test("tellHook() tells what came in while it told", async () => {
  let more = true;
  const { host, told } = withHook({}, () => {
    if (more) enqueueEvents(host, [eventOf("stopped")]);
    more = false;
    return {};
  });
  enqueueEvents(host, [eventOf("started")]);
  await tellHook(host, "/vol");
  expect(told).toEqual(["started", "stopped"]);
});

test("tellHook() leaves it to the process that tells already", async () => {
  const { host, told } = withHook();
  enqueueEvents(host, [eventOf("ready")]);
  host.holdLock("/run/user/hermes/event-hook.lock");
  await tellHook(host, "/vol");
  expect(told).toEqual([]);
});

test.each([
  [
    { exitCode: 3, stderr: "no network\nat all\n" },
    "told of 'ready' it ended with exit code 3: no network",
  ],
  [{ exitCode: 3 }, "told of 'ready' it ended with exit code 3"],
  [{ exitCode: 1, stderr: "\u001B[31mred" }, "told of 'ready' it ended with exit code 1: [31mred"],
])("tellHook() writes a failure %j down as one event", async (answer, reason) => {
  const { host } = withHook({}, () => answer);
  enqueueEvents(host, [eventOf("ready")]);
  await tellHook(host, "/vol");
  expect(failures(host)).toEqual([reason]);
});

test("tellHook() forgets what waits if the hook is gone, and says why one is refused", async () => {
  const host = installation();
  enqueueEvents(host, [eventOf("ready")]);
  await tellHook(host, "/vol");
  expect(host.disk.has(LOG)).toBe(false);
  host.disk.putFile(HOOK, "", { mode: 0o644 });
  enqueueEvents(host, [eventOf("ready")]);
  await tellHook(host, "/vol");
  expect(failures(host)).toEqual([`${HOOK} is not executable`]);
});

test.each([{ exitCode: 124 }, { exitCode: 137 }, { exitCode: null }])(
  "tellHook() says of a hook that was ended at its limit, whatever it is then: %j",
  async (answer) => {
    const { host } = withHook({}, () => {
      host.clock.advance(10_001);
      return answer;
    });
    enqueueEvents(host, [eventOf("ready")]);
    await tellHook(host, "/vol");
    expect(failures(host)).toEqual(["told of 'ready' it took longer than 10 s: ended"]);
  },
);
