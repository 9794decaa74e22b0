import { expect, test } from "bun:test";
import {
  makeEvent,
  renderEventLine,
  type EventKind,
} from "../../../../src/gateway/record/event.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { profileName } from "../../../support/names.ts";

const LOG = "/vol/logs/gateway-events.log";
const EXIT = { code: 1, signal: null, ranMs: 2340, meaning: "crashed" } as const;

const lineOf = (name: string, kind: EventKind, details = {}) =>
  renderEventLine(makeEvent(TEST_TIME, kind, profileName(name), details));

const LINES = [
  lineOf("coder", "registered", { reason: "down" }),
  lineOf("coder", "started", { pid: 7 }),
  lineOf("writer", "ready", { pid: 9, recentCrashes: 1 }),
  lineOf("coder", "crashed", {
    pid: 7,
    reason: "crashed with exit code 1: boom",
    exit: EXIT,
    recentCrashes: 2,
  }),
  lineOf("coder", "backoff", { pid: 7, backoffMs: 1950, recentCrashes: 2 }),
  lineOf("coder", "parked", { reason: "crashed 8 times" }),
  lineOf("coder", "hook-failed", { reason: "no" }),
];

function installation(lines: readonly string[] = LINES) {
  const environment = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user", TZ: "Europe/Berlin" };
  const host = new FakeHost({ uid: 0, environment });
  if (lines.length > 0) host.disk.putFile(LOG, lines.join(""));
  return host;
}

test("hermes gateway events shows the events of one gateway, the oldest first", async () => {
  const { code, stdout, notes } = await hermes(
    installation(),
    "-p",
    "coder",
    "gateway",
    "events",
    "--utc",
  );
  expect({ code, notes }).toEqual({ code: 0, notes: [] });
  expect(stdout.split("\n")).toEqual([
    "2026-11-20T07:23:05.000Z  registered    down",
    "2026-11-20T07:23:05.000Z  started       pid 7",
    "2026-11-20T07:23:05.000Z  crashed       crashed with exit code 1: boom, having run for 2.3 s",
    "2026-11-20T07:23:05.000Z  backoff       starts again in 1.9 s, after 2 crashes",
    "2026-11-20T07:23:05.000Z  parked        crashed 8 times",
    "2026-11-20T07:23:05.000Z  hook-failed   no",
    "",
  ]);
});

test("hermes gateway events shows the times of the reader's zone", async () => {
  const { stdout } = await hermes(installation(), "-p", "writer", "gateway", "events");
  expect(stdout).toStartWith("2026-11-20T08:23:05.000+01:00  ready");
});

test("hermes gateway events --all names the gateway of each", async () => {
  const { stdout } = await hermes(installation(), "gateway", "events", "--all", "-n", "5", "--utc");
  const [first, ...rest] = stdout.trim().split("\n");
  expect(first).toBe("2026-11-20T07:23:05.000Z  writer        ready         pid 9, after 1 crash");
  expect(rest.length).toBe(4);
});

test("hermes gateway events -n takes a number or all, nothing else", async () => {
  const host = installation();
  expect(
    (await hermes(host, "gateway", "events", "--all", "-n", "2")).stdout.split("\n").length,
  ).toBe(3);
  expect((await hermes(host, "gateway", "events", "--all", "-n", "0")).stdout).toBe("");
  const all = await hermes(host, "gateway", "events", "--all", "-n", "all", "--json");
  expect(all.stdout).toBe(LINES.join(""));
  for (const text of ["-1", "x", "", "1.5"]) {
    const { code, notes } = await hermes(host, "gateway", "events", `--lines=${text}`);
    expect(code).toBe(2);
    expect(notes[0]).toBe(`✗ -n takes a number or \`all\`, not '${text}'`);
  }
});

test("hermes gateway events --json prints the events as they are, a line each", async () => {
  const { stdout } = await hermes(installation(), "-p", "writer", "gateway", "events", "--json");
  expect(stdout).toBe(LINES[2] ?? "");
});

test("hermes gateway events reads older logs and leaves out what is no event", async () => {
  const host = installation(["nonsense\n", lineOf("coder", "ready", { pid: 4 })]);
  host.disk.putFile(`${LOG}.1`, lineOf("coder", "ready", { pid: 3 }));
  host.disk.putFile(`${LOG}.3`, lineOf("coder", "ready", { pid: 1 }));
  const { stdout } = await hermes(host, "-p", "coder", "gateway", "events");
  expect(stdout.match(/pid \d/g)).toEqual(["pid 1", "pid 3", "pid 4"]);
  const two = await hermes(host, "-p", "coder", "gateway", "events", "-n", "2");
  expect(two.stdout.match(/pid \d/g)).toEqual(["pid 3", "pid 4"]);
});

test("hermes gateway events reads no more of the logs than it needs", async () => {
  const host = installation(Array.from({ length: 30 }, () => lineOf("coder", "ready", { pid: 1 })));
  host.disk.putFile(`${LOG}.1`, lineOf("coder", "ready", { pid: 3 }).repeat(1000));
  const before = host.disk.bytesRead;
  await hermes(host, "-p", "coder", "gateway", "events");
  expect(host.disk.bytesRead - before).toBeLessThan(30 * 200);
});

test("hermes gateway events of a gateway that never was is refused, of one that is gone shown", async () => {
  const host = installation();
  host.disk.putFile("/vol/profiles/painter/SOUL.md", "");
  expect(await hermes(host, "-p", "paintr", "gateway", "events")).toEqual({
    code: 4,
    stdout: "",
    notes: [
      "✗ no such gateway 'paintr': register it with `hermes profile create paintr` first, or pass an existing profile name via `-p <name>`",
      "  Hint: did you mean 'painter'? `hermes profile list` shows them all",
    ],
  });
  expect((await hermes(host, "-p", "writer", "gateway", "events")).code).toBe(0);
});

test("hermes gateway events names a log that it may not read, and shows the older ones", async () => {
  const host = installation([]);
  host.disk.putLink(LOG, "/etc/shadow");
  expect(await hermes(host, "gateway", "events", "--all")).toEqual({
    code: 1,
    stdout: "",
    notes: [`✗ Cannot read ${LOG}: is a link`, "  Hint: see `hermes doctor`"],
  });
  host.disk.putFile(`${LOG}.1`, lineOf("coder", "ready", { pid: 3 }));
  const { code, stdout, notes } = await hermes(host, "gateway", "events", "--all");
  expect([code, stdout.match(/pid \d/g), notes]).toEqual([
    0,
    ["pid 3"],
    [`warning: cannot read ${LOG}: is a link`],
  ]);
});

test("hermes gateway events says that nothing has happened", async () => {
  expect(await hermes(installation([]), "gateway", "events")).toEqual({
    code: 0,
    stdout: "",
    notes: ["Nothing has happened yet"],
  });
  expect((await hermes(installation([]), "gateway", "events", "--json")).notes).toEqual([]);
});

test("hermes profile create and delete write down what they register and take away", async () => {
  const host = new FakeHost({
    uid: 0,
    environment: { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" },
  });
  host.disk.putDirectory("/vol/profiles");
  installS6(host);
  await hermes(host, "profile", "create", "coder");
  await hermes(host, "profile", "delete", "coder", "-y");
  const { stdout } = await hermes(host, "-p", "coder", "gateway", "events");
  expect(stdout.match(/(un)?registered/g)).toEqual(["registered", "unregistered"]);
});
