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

test("hermes profile show says what is wrong with a state file instead of what is wanted", async () => {
  const host = await installation();
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", "[]");
  const { stdout } = await hermes(host, "profile", "show", "coder");
  expect(stdout).toContain("Desired:   ? (state file is not an object)\n");
});

test("hermes profile show says everything about a profile, and no secret", async () => {
  const host = await installation();
  const { code, stdout } = await hermes(host, "profile", "show");
  expect(code).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "Profile:   coder (current)",
    "Directory: /vol/profiles/coder",
    "Soul:      You are a helpful assistant. You answer briefly, say when you do not know, and never make things up.",
    "Gateway:   ready, pid 101",
    "Desired:   running",
    "Listens:   127.0.0.1:8642",
    "Model:     small at http://127.0.0.1:11434/v1",
    "Alias:     coder",
    "Settings:  SOUL.md, config.yaml",
    "Contents:  memories 2, sessions 0, skills 0, cron 0, workspace 0",
    "Log:       /vol/logs/gateways/coder/current",
    "",
  ]);
  const json = (await hermes(host, "profile", "show", "coder", "--json")).stdout;
  expect(JSON.parse(json)).toMatchObject({
    version: 2,
    name: "coder",
    model: { name: "small", baseUrl: "http://127.0.0.1:11434/v1" },
    contents: { memories: 2 },
  });
  expect(stdout + json).not.toContain("secret");
});

test("hermes profile show says what is wrong and what is missing", async () => {
  const host = await installation();
  host.disk.putFile("/vol/profiles/writer/config.yaml", "model:\n  base_url: ftp://x\n");
  const { stdout } = await hermes(host, "profile", "show", "writer");
  expect(stdout).toContain("Profile:   writer\n");
  expect(stdout).not.toMatch(/^(?:Listens|Model):/m);
  expect(stdout).toContain("Error:     Cannot use /vol/profiles/writer/config.yaml: line 2: ");
  const { stdout: plain } = await hermes(host, "profile", "show", "default");
  expect(plain).not.toContain("Alias:");
  expect(plain).toContain("Listens:   on its Unix socket only\nModel:     none: `hermes setup`\n");
});

test("hermes profile show of a named one needs no current profile", async () => {
  const host = await installation();
  host.disk.putFile("/vol/active_profile", "../x\n");
  const { code, stdout, notes } = await hermes(host, "profile", "show", "coder");
  expect(code).toBe(0);
  expect(stdout).toStartWith("Profile:   coder\n");
  expect(notes[0]).toStartWith("warning: Cannot tell the current profile: ");
  expect((await hermes(host, "profile", "show")).code).toBe(78);
});

test("hermes profile show of a profile without any file says so", async () => {
  const host = await installation();
  const { stdout } = await hermes(host, "profile", "show", "default");
  expect(stdout).toContain("\nSettings:  none\n");
});

test("hermes profile show of an unknown profile names the nearest", async () => {
  const { code, notes } = await hermes(await installation(), "profile", "show", "wrtier");
  expect(code).toBe(4);
  expect(notes).toEqual([
    "✗ Cannot show profile 'wrtier': no such profile",
    "  Hint: did you mean 'writer'? `hermes profile list` shows them all",
  ]);
});
