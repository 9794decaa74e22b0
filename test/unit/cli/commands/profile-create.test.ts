import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

const ENVIRONMENT = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };

function installation(options: FakeHostOptions = {}) {
  const host = new FakeHost({ uid: 0, environment: ENVIRONMENT, ...options });
  host.disk.putDirectory("/vol/profiles");
  return { host, s6: installS6(host) };
}

test("hermes profile create makes the profile and registers its gateway, down", async () => {
  const { host } = installation();
  expect(await hermes(host, "profile", "create", " Coder ")).toEqual({
    code: 0,
    stdout: "Created profile 'coder' in /vol/profiles/coder\nRegistered gateway 'coder', down\n",
    notes: ["Next: hermes -p coder gateway start"],
  });
  expect(host.disk.has("/vol/profiles/coder/SOUL.md")).toBe(true);
  expect(host.disk.has("/run/service/gateway-coder/down")).toBe(true);
});

test("hermes profile create says whether there is an alias", async () => {
  const { host } = installation();
  host.disk.putDirectory("/run/hermes-alias");
  host.disk.putFile("/usr/bin/test", "", { mode: 0o755 });
  const coder = await hermes(host, "profile", "create", "coder");
  expect(coder.stdout).toEndWith("Alias: coder is short for hermes -p coder\n");
  const taken = await hermes(host, "profile", "create", "test");
  expect(taken.notes[0]).toBe("No alias: 'test' is the name of a program; use `hermes -p test`");
});

test("hermes profile create leaves the profile if the registration fails, and says so", async () => {
  const { host } = installation();
  host.table.install("s6-svscanctl", () => ({
    exitCode: 111,
    stderr: "s6-svscanctl: fatal: no\n",
  }));
  expect(await hermes(host, "profile", "create", "coder")).toEqual({
    code: 1,
    stdout: "Created profile 'coder' in /vol/profiles/coder\n",
    notes: [
      "✗ Created profile 'coder', but its gateway is not registered: s6-svscanctl on '/run/service' failed (rc=111): s6-svscanctl: fatal: no",
      "  Hint: `hermes -p coder gateway start` tries again",
    ],
  });
  expect(host.disk.has("/vol/profiles/coder/SOUL.md")).toBe(true);
});

test("hermes profile create on a host makes the profile alone", async () => {
  const host = new FakeHost({ environment: ENVIRONMENT });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  expect(await hermes(host, "profile", "create", "coder")).toEqual({
    code: 0,
    stdout: "Created profile 'coder' in /vol/profiles/coder\n",
    notes: [],
  });
});

test.each(["default", "root", "a b", "../x", "x".repeat(65)])(
  "hermes profile create refuses %j on one line",
  async (name) => {
    const { host } = installation();
    const before = host.disk.snapshot();
    const { code, stdout, notes } = await hermes(host, "profile", "create", "--", name);
    expect([1, 2]).toContain(code);
    expect(stdout).toBe("");
    expect(notes.length).toBe(1);
    expect(host.disk.snapshot()).toEqual(before);
  },
);
