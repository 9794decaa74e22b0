import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

const CONFIG = `model:
  base_url: http://127.0.0.1:11434/v1
  name: small
  api_key: secret-key
gateway:
  port: 8642
  token: secret-token-of-16
`;

async function installation(options: FakeHostOptions = {}) {
  const environment = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };
  const host = new FakeHost({ uid: 0, environment, ...options });
  host.disk.putDirectory("/vol/profiles");
  host.disk.putDirectory("/run/hermes-alias");
  installS6(host);
  for (const name of ["coder", "writer"]) await hermes(host, "profile", "create", name);
  host.disk.putFile("/vol/profiles/coder/config.yaml", CONFIG);
  host.disk.putFile("/vol/profiles/coder/memories/a", "");
  host.disk.putFile("/vol/profiles/coder/memories/b", "");
  await hermes(host, "-p", "coder", "gateway", "start");
  await hermes(host, "gateway", "start");
  await hermes(host, "profile", "use", "coder");
  return host;
}

test("hermes profile list marks the current one and shows gateway, port and alias", async () => {
  const host = await installation();
  expect((await hermes(host, "profile", "list")).stdout.split("\n")).toEqual([
    "   PROFILE  GATEWAY  PORT  ALIAS",
    "   default  ready    -     -",
    "*  coder    ready    8642  coder",
    "   writer   down     -     writer",
    "",
  ]);
  // Whoever names one for once does not change which one is meant else.
  expect((await hermes(host, "-p", "writer", "profile", "list")).stdout).toContain("\n*  coder");
});

test("hermes profile list fits a terminal, with the longest name there can be", async () => {
  const host = await installation({
    terminal: { columns: 80, rows: 24 },
    argv: ["hermes", "--no-color"],
  });
  const longest = "n".repeat(64);
  await hermes(host, "profile", "create", longest);
  const { stdout } = await hermes(host, "profile", "list");
  const lines = stdout.split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBe(80);
  expect(lines[0]).toMatch(/^ {3}PROFILE +GATEWAY +PORT +ALIAS$/);
  expect(lines[3]).toMatch(/^ {3}n+…n+ +down +- +(?:n+…n+|-)$/);
});

test("hermes profile list names a config.yaml that cannot be used", async () => {
  const host = await installation();
  host.disk.putFile("/vol/profiles/writer/config.yaml", "gateway: [");
  const { code, stdout } = await hermes(host, "profile", "list");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^ {3}writer .* ! config\.yaml$/m);
});

test("hermes profile list --names is a name a line, and looks at nothing else", async () => {
  const host = await installation();
  const before = host.table.commands.length;
  expect((await hermes(host, "profile", "list", "--names")).stdout).toBe(
    "default\ncoder\nwriter\n",
  );
  expect(host.table.commands.length).toBe(before);
});

test("hermes profile list prints names or JSON, not both", async () => {
  const host = await installation();
  const { code, notes } = await hermes(host, "profile", "list", "--names", "--json");
  expect({ code, first: notes[0] }).toEqual({
    code: 2,
    first: "✗ --names and --json exclude each other",
  });
});

test("hermes profile list --json has everything", async () => {
  const host = await installation();
  const list: unknown = JSON.parse((await hermes(host, "profile", "list", "--json")).stdout);
  expect(list).toMatchObject({
    version: 3,
    current: "coder",
    profiles: [
      { name: "default", current: false, directory: "/vol", alias: null, port: null },
      {
        name: "coder",
        current: true,
        directory: "/vol/profiles/coder",
        gateway: { desired: "running", state: "ready", drift: null, pid: 101 },
        alias: "coder",
        port: 8642,
        configError: null,
      },
      { name: "writer", gateway: { state: "down", pid: null } },
    ],
  });
});

test("hermes profile list works although the current one cannot be read", async () => {
  const host = await installation();
  host.disk.putFile("/vol/active_profile", "../x");
  const { code, stdout, notes } = await hermes(host, "profile", "list");
  expect(code).toBe(0);
  expect(stdout).not.toContain("*");
  expect(notes[0]).toStartWith("warning: Cannot tell the current profile: ");
});
