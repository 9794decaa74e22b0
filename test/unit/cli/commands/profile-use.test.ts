import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

function installation() {
  const environment = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };
  const host = new FakeHost({ uid: 0, environment });
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  installS6(host);
  return host;
}

test("hermes profile use makes commands without -p act for the profile", async () => {
  const host = installation();
  expect(await hermes(host, "profile", "use", " Coder ")).toEqual({
    code: 0,
    stdout: "Now using profile 'coder'\n",
    notes: [],
  });
  expect((await hermes(host, "gateway", "start")).stdout).toStartWith("Started gateway 'coder'");
  expect((await hermes(host, "-p", "default", "gateway", "start")).stdout).toStartWith(
    "Started gateway 'default'",
  );
  await hermes(host, "profile", "use", "default");
  expect((await hermes(host, "gateway", "stop")).stdout).toBe("Stopped gateway 'default'\n");
});

test("hermes profile use says where HERMES_HOME comes first", async () => {
  const host = installation();
  Object.assign(host.environment, { HERMES_HOME: "/vol/profiles/writer" });
  expect((await hermes(host, "profile", "use", "coder")).notes).toEqual([
    "warning: HERMES_HOME names profile 'writer' here, and comes first",
  ]);
  expect((await hermes(host, "profile", "list", "--json")).stdout).toContain('"current": "writer"');
});

test("hermes profile use refuses what does not exist and names the nearest", async () => {
  const host = installation();
  const before = host.disk.snapshot();
  expect(await hermes(host, "profile", "use", "codre")).toEqual({
    code: 4,
    stdout: "",
    notes: [
      "✗ Cannot use profile 'codre': no such profile",
      "  Hint: did you mean 'coder'? `hermes profile list` shows them all",
    ],
  });
  expect((await hermes(host, "profile", "use", "zzzzzz")).notes[1]).toBe(
    "  Hint: create it with `hermes profile create zzzzzz`, or see `hermes profile list`",
  );
  expect(host.disk.snapshot()).toEqual(before);
});

test("an unknown profile of -p is answered with the nearest, if there is one", async () => {
  const host = installation();
  for (const verb of ["start", "stop", "restart", "status"]) {
    const { code, notes } = await hermes(host, "-p", "codr", "gateway", verb);
    expect(code).toBeGreaterThan(0);
    expect(notes.at(-1)).toBe("  Hint: did you mean 'coder'? `hermes profile list` shows them all");
  }
  expect((await hermes(host, "-p", "frobnicate", "gateway", "start")).notes.length).toBe(1);
  expect((await hermes(host, "profile", "delete", "codr", "-y")).notes.at(-1)).toContain("'coder'");
});

test("hermes profile delete of the current profile goes back to default", async () => {
  const host = installation();
  await hermes(host, "profile", "use", "coder");
  const { code, notes } = await hermes(host, "profile", "delete", "coder", "-y");
  expect({ code, notes }).toEqual({ code: 0, notes: ["The current profile is 'default' again"] });
  expect(host.disk.has("/vol/active_profile")).toBe(false);
});

test("a broken active_profile stops what would act for a profile, and nothing else", async () => {
  const host = installation();
  host.disk.putFile("/vol/active_profile", "no such/name");
  const { code, notes } = await hermes(host, "gateway", "stop");
  expect(code).toBe(78);
  expect(notes).toEqual([
    "✗ Cannot tell the current profile: /vol/active_profile says 'no such/name': names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit",
    "  Hint: `hermes profile use NAME` writes it anew; `-p NAME` does without it",
  ]);
  expect((await hermes(host, "status")).code).toBe(0);
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).code).toBe(0);
  expect((await hermes(host, "profile", "use", "coder")).code).toBe(0);
  expect((await hermes(host, "gateway", "stop")).code).toBe(0);
});

test("hermes says that a profile which does not exist is the one in use, if the command line does not name it", async () => {
  const host = installation();
  host.disk.putFile("/vol/active_profile", "codre\n");
  const hints = [];
  for (const words of [
    ["gateway", "status"],
    ["gateway", "logs"],
    ["profile", "show"],
  ]) {
    hints.push((await hermes(host, ...words)).notes[1]);
  }
  const inUse =
    "  Hint: it is the profile in use; choose one that exists with `hermes profile use NAME`";
  expect(hints).toEqual([inUse, inUse, inUse]);
  const meant = "  Hint: did you mean 'coder'? `hermes profile list` shows them all";
  expect((await hermes(host, "-p", "codre", "gateway", "status")).notes[1]).toBe(meant);
  expect((await hermes(host, "profile", "show", "codre")).notes[1]).toBe(meant);
  expect((await hermes(host, "profile", "list")).notes).toEqual([
    "warning: the profile in use, 'codre', does not exist",
  ]);
});
