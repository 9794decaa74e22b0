import { expect, test } from "bun:test";
import type { ScreenEvent } from "../../../src/host/full-screen.ts";
import { hermes } from "../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../support/fake-host.ts";
import { installS6 } from "../../support/fake-s6.ts";

function installation(options: FakeHostOptions = {}) {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol", NO_COLOR: "1" }, ...options });
  const s6 = installS6(host);
  host.disk.putDirectory("/run/service/gateway-default");
  const service = s6.supervise("/run/service/gateway-default", {
    up: true,
    wantedUp: true,
    pid: 5,
  });
  return { host, service };
}

const TERMINAL = { columns: 80, rows: 24 };

test("hermes status --watch draws until q, and closes the screen", async () => {
  const { host } = installation({ terminal: TERMINAL, screenEvents: ["tick", "resize"] });
  expect(await hermes(host, "status", "--watch")).toEqual({ code: 0, stdout: "", notes: [] });
  expect(host.screen).toHaveLength(4);
  expect(host.screen[0]).toStartWith("Manager: s6 (container supervisor)\n");
  expect(host.screen[0]).toEndWith("07:23:05 UTC, every 2 s; q ends");
  expect(host.screen[3]).toBe("closed");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
  ["SIGQUIT", 131],
] as const)(
  "hermes status --watch ends with %s as %i, and closes the screen",
  async (event, code) => {
    const screenEvents: readonly ScreenEvent[] = [event];
    const { host } = installation({ terminal: TERMINAL, screenEvents });
    expect((await hermes(host, "status", "--watch")).code).toBe(code);
    expect(host.screen.at(-1)).toBe("closed");
  },
);

test("hermes status --watch gives the terminal back if the supervisor cannot be asked", async () => {
  const { host } = installation({ terminal: TERMINAL });
  host.table.install("s6-svstat", () => {
    throw new Error("a bug");
  });
  expect((await hermes(host, "status", "--watch")).code).toBe(70);
  expect(host.screen).toEqual(["closed"]);
});

test("hermes status --watch shows as many lines as there are rows", async () => {
  const { host } = installation({ terminal: { columns: 80, rows: 8 } });
  for (const name of "abcdefgh") host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  await hermes(host, "status", "--watch");
  const lines = host.screen[0]?.split("\n") ?? [];
  expect(lines).toHaveLength(8);
  expect(lines[4]).toMatch(/^… \d+ more lines$/);
  expect(lines[5]).toBe("9 gateways: 1 starting, 8 not-registered");
});

/** How often s6 is asked while these events happen. */
async function asked(...screenEvents: readonly ScreenEvent[]): Promise<number> {
  const { host } = installation({ terminal: TERMINAL, screenEvents });
  await hermes(host, "status", "--watch");
  return host.table.commands.filter(([program]) => program?.endsWith("s6-svstat")).length;
}

test("hermes status --watch asks again with each picture, but not for another size", async () => {
  const once = await asked();
  expect(await asked("resize", "resize")).toBe(once);
  expect(await asked("tick", "tick")).toBe(3 * once);
});

test("hermes status exits 1 if the supervisor cannot be asked", async () => {
  const { host, service } = installation();
  service.broken = "s6-svstat: fatal: no";
  const { code, stdout, notes } = await hermes(host, "status");
  expect(code).toBe(1);
  expect(stdout).toContain("unknown");
  expect(notes[0]).toBe("✗ Cannot read the state of any gateway");
});

test("hermes status --watch shows first what needs a look, if not everything can be seen", async () => {
  const { host } = installation({ terminal: { columns: 80, rows: 16 } });
  for (const name of "abcdefgh") host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  host.disk.putFile("/vol/profiles/g/gateway_state.json", '{"desired_state": "running"}');
  await hermes(host, "status", "--watch");
  const names = (host.screen[0] ?? "")
    .split("\n")
    .slice(4, 9)
    .map((line) => line.split(" ")[0]);
  expect(names).toEqual(["g", "", "default", "a", "b"]);
});

test.each([
  [["--watch"], "--watch needs a terminal on its output"],
  [["--watch", "--json"], "--json, --prometheus and --watch exclude each other"],
  [["--json", "--prometheus"], "--json, --prometheus and --watch exclude each other"],
  [["--interval", "5"], "--interval needs --watch"],
  [["--watch", "--interval", "0"], "--interval takes seconds from 0.1 to 3600, not '0'"],
  [["--watch", "--interval", "soon"], "--interval takes seconds from 0.1 to 3600, not 'soon'"],
])("hermes status %j is wrong usage without a terminal", async (flags, message) => {
  const { host } = installation();
  const { code, notes } = await hermes(host, "status", ...flags);
  expect(code).toBe(2);
  expect(notes[0]).toBe(`✗ ${message}`);
});

test("hermes status --watch draws on no terminal that cannot be drawn on", async () => {
  const environment = { HERMES_HOME: "/vol", TERM: "dumb" };
  const { host } = installation({ terminal: TERMINAL, environment });
  const { code, notes } = await hermes(host, "status", "--watch");
  expect({ code, screen: host.screen }).toEqual({ code: 2, screen: [] });
  expect(notes[0]).toBe("✗ --watch needs a terminal that can be drawn on, and TERM is dumb");
});
