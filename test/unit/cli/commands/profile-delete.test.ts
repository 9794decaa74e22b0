import { expect, test } from "bun:test";
import { finishDeletions } from "../../../../src/profiles/deletion-steps.ts";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { killAtEachEffect, type World } from "../../../support/interrupted.ts";

const ENVIRONMENT = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };
const DELETE = ["profile", "delete", "coder", "-y"] as const;

function emptyInstallation(options: FakeHostOptions = {}) {
  const host = new FakeHost({ uid: 0, environment: ENVIRONMENT, ...options });
  host.disk.putDirectory("/vol/profiles");
  return { host, s6: installS6(host) };
}

/** An installation whose profile `coder` runs, has memory, logs and an alias, and is the one in use. */
async function installation(options: FakeHostOptions = {}) {
  const { host, s6 } = emptyInstallation(options);
  host.disk.putDirectory("/run/hermes-alias");
  await hermes(host, "profile", "create", "coder");
  await hermes(host, "profile", "use", "coder");
  host.disk.putFile("/vol/profiles/coder/memories/one", "remember");
  host.disk.putFile("/vol/logs/gateways/coder/current", "said\n");
  await hermes(host, "-p", "coder", "gateway", "start");
  return { host, s6 };
}

/** Everything that is left of `coder` anywhere. */
function leftovers({ host, s6 }: World): readonly string[] {
  const below = (directory: string) => {
    const outcome = host.files.listDirectory(directory);
    return (outcome.kind === "names" ? outcome.names : [])
      .filter((name) => name.includes("coder"))
      .map((name) => `${directory}/${name}`);
  };
  return [
    "/vol/profiles",
    "/vol/logs/gateways",
    "/run/user/hermes",
    "/run/hermes-alias",
    "/run/service",
  ]
    .flatMap(below)
    .concat([...s6.services.keys()].filter((slot) => slot.includes("coder")))
    .concat(host.disk.text("/vol/active_profile")?.includes("coder") === true ? ["pointer"] : []);
}

const killDeletions = killAtEachEffect({ uid: 0, environment: ENVIRONMENT }, installation, (host) =>
  hermes(host, ...DELETE),
);

const isWhole = (host: FakeHost) =>
  host.disk.text("/vol/profiles/coder/memories/one") === "remember" &&
  host.disk.text("/vol/logs/gateways/coder/current") === "said\n" &&
  /"desired_state": "running"/.test(
    host.disk.text("/vol/profiles/coder/gateway_state.json") ?? "",
  ) &&
  host.disk.text("/vol/active_profile") === "coder\n";

test("hermes profile delete leaves nothing", async () => {
  const world = await installation();
  expect(await hermes(world.host, ...DELETE)).toEqual({
    code: 0,
    stdout: "Deleted profile 'coder'\n",
    notes: ["The current profile is 'default' again"],
  });
  expect(leftovers(world)).toEqual([]);
});

test("hermes profile delete, killed at any moment, has changed nothing or is completed by the second one", async () => {
  const worlds = await killDeletions();
  expect(worlds.length).toBeGreaterThan(10);
  for (const { at, ...world } of worlds) {
    const isThere = world.host.disk.has("/vol/profiles/coder");
    expect({ at, whole: isThere && isWhole(world.host) }).toEqual({ at, whole: isThere });
    const second = await hermes(world.host, "profile", "delete", "coder", "-y");
    expect({ at, ...second }).toMatchObject({ at, code: 0, stdout: "Deleted profile 'coder'\n" });
    expect({ at, left: leftovers(world) }).toEqual({ at, left: [] });
  }
});

/** The worlds in which a deletion was killed after its commit. */
async function killCommittedDeletions() {
  const worlds = await killDeletions();
  const committed = worlds.filter(({ host }) => !host.disk.has("/vol/profiles/coder"));
  expect(committed.length).toBeGreaterThan(5);
  return committed;
}

test("hermes doctor names a deletion that was killed after its commit", async () => {
  for (const { at, host } of await killCommittedDeletions()) {
    const { stdout } = await hermes(host, "doctor");
    const isNamed = stdout.includes("profile 'coder' is not deleted completely");
    expect({ at, isNamed, stdout }).toMatchObject({ at, isNamed: true });
  }
});

test.each([
  ["hermes profile create", ["profile", "create", "coder"]],
  ["hermes doctor --fix", ["doctor", "--fix"]],
])("%s completes a deletion that was killed after its commit", async (_title, command) => {
  for (const { at, ...world } of await killCommittedDeletions()) {
    await hermes(world.host, ...command);
    expect(world.host.disk.has("/vol/profiles/.coder.deleted")).toBe(false);
    expect({ at, log: world.host.disk.text("/vol/logs/gateways/coder/current") }).toEqual({
      at,
      log: null,
    });
    expect(world.host.disk.has("/vol/active_profile")).toBe(false);
    expect(world.host.disk.has("/run/user/hermes/gateway-coder.exits.json")).toBe(false);
    if (command[0] === "doctor") expect({ at, left: leftovers(world) }).toEqual({ at, left: [] });
  }
});

test("finishDeletions() completes, at boot, a deletion that was killed at any moment", async () => {
  for (const { at, host } of await killDeletions()) {
    expect({ at, warnings: finishDeletions(host, "/vol") }).toEqual({ at, warnings: [] });
    expect(host.disk.has("/vol/profiles/.coder.deleted")).toBe(false);
    const isThere = host.disk.has("/vol/profiles/coder");
    expect({ at, whole: isThere && isWhole(host) }).toEqual({ at, whole: isThere });
    expect({ at, logs: host.disk.has("/vol/logs/gateways/coder") }).toEqual({ at, logs: isThere });
  }
});

test("hermes profile delete that the volume refuses leaves the gateway running", async () => {
  const { host, s6 } = await installation();
  host.disk.fail("/vol/profiles/coder", "write", "EIO");
  const { code, notes } = await hermes(host, ...DELETE);
  expect({ code, note: notes[0] }).toEqual({
    code: 1,
    note: "✗ Cannot delete profile 'coder': /vol/profiles/coder: input/output error",
  });
  expect(s6.services.get("/run/service/gateway-coder")).toMatchObject({ up: true, ready: true });
});

test("hermes profile delete names what it could not remove, and the command that goes on", async () => {
  const world = await installation();
  world.host.disk.fail("/vol/logs/gateways/coder", "write", "EIO");
  expect(await hermes(world.host, ...DELETE)).toEqual({
    code: 1,
    stdout: "",
    notes: [
      "✗ Deleted profile 'coder', but not everything of it is gone: cannot remove /vol/logs/gateways/coder: input/output error",
      "  Hint: `hermes profile delete coder` goes on with it",
    ],
  });
});

test("hermes profile delete of one whose directory was removed by hand takes away what is left", async () => {
  const world = await installation();
  world.host.files.removeTree("/vol/profiles/coder");
  expect(await hermes(world.host, ...DELETE)).toMatchObject({ code: 0 });
  expect(leftovers(world)).toEqual([]);
  expect(await hermes(world.host, ...DELETE)).toMatchObject({ code: 4 });
});

test("hermes profile rename to the name of an interrupted deletion completes that first", async () => {
  const { host } = await installation();
  host.disk.putDirectory("/vol/profiles/.writer.deleted");
  host.disk.putFile("/vol/logs/gateways/writer/current", "old\n");
  expect(await hermes(host, "profile", "rename", "coder", "writer")).toMatchObject({ code: 0 });
  expect(host.disk.text("/vol/logs/gateways/writer/current")).toBe("said\n");
  expect(host.disk.has("/vol/profiles/.writer.deleted")).toBe(false);
});

test("hermes gateway start that overlaps a deletion leaves no slot of a profile that is gone", async () => {
  const { host, s6 } = await installation();
  await hermes(host, "-p", "coder", "gateway", "stop");
  await hermes(host, "profile", "create", "writer");
  host.files.removeTree("/run/service/gateway-writer");
  s6.services.delete("/run/service/gateway-writer");
  const { runCommand } = host.processes;
  const processes: Record<string, unknown> = host.processes;
  processes["runCommand"] = async (...args: Parameters<typeof runCommand>) => {
    if (args[0][0]?.endsWith("s6-svscanctl") === true) {
      host.files.removeTree("/vol/profiles/writer");
    }
    return runCommand(...args);
  };
  expect(await hermes(host, "-p", "writer", "gateway", "start")).toMatchObject({
    notes: [expect.stringContaining("no such gateway 'writer'")],
  });
  expect(host.disk.has("/run/service/gateway-writer")).toBe(false);
});

test.each([
  ["delete", ["profile", "delete", "coder", "-y"]],
  ["rename", ["profile", "rename", "coder", "writer"]],
])("hermes profile %s is refused while another container runs the gateway", async (verb, words) => {
  const { host, s6 } = await installation();
  host.disk.putFile("/vol/logs/gateways/coder/lock", "");
  host.table.install("s6-setlock", () => ({ exitCode: 1 }));
  expect(await hermes(host, ...words)).toEqual({
    code: 1,
    stdout: "",
    notes: [
      `✗ Cannot ${verb} profile 'coder': another container on this volume runs its gateway`,
      `  Hint: ${verb} it there, or stop that container first`,
    ],
  });
  expect(isWhole(host)).toBe(true);
  expect(s6.services.get("/run/service/gateway-coder")).toMatchObject({ up: true });
  // This container's own logger has the lock, too.
  host.table.start(77, {
    command: "s6-log",
    argv: ["/command/s6-log", "T", "/vol/logs/gateways/coder"],
  });
  expect(await hermes(host, ...words)).toMatchObject({ code: 0 });
});

test("hermes profile delete waits for a logger of its own that is about to end", async () => {
  const { host } = await installation();
  host.disk.putFile("/vol/logs/gateways/coder/lock", "");
  let looks = 0;
  host.table.install("s6-setlock", () => {
    looks += 1;
    return { exitCode: looks < 5 ? 1 : 0 };
  });
  expect(await hermes(host, "profile", "delete", "coder", "-y")).toMatchObject({ code: 0 });
  expect(looks).toBe(5);
});

test("hermes profile delete -y removes slot, alias, directory and logs", async () => {
  const { host, s6 } = emptyInstallation();
  host.disk.putDirectory("/run/hermes-alias");
  await hermes(host, "profile", "create", "coder");
  await hermes(host, "-p", "coder", "gateway", "start");
  host.disk.putFile("/vol/logs/gateways/coder/current", "");
  expect(await hermes(host, "profile", "delete", "coder", "-y")).toEqual({
    code: 0,
    stdout: "Deleted profile 'coder'\n",
    notes: [],
  });
  for (const path of [
    "/vol/profiles/coder",
    "/vol/logs/gateways/coder",
    "/run/service/gateway-coder",
    "/run/hermes-alias/coder",
  ]) {
    expect(host.disk.has(path)).toBe(false);
  }
  expect(s6.services.size).toBe(0);
});

test("hermes profile delete asks for the name on a terminal", async () => {
  for (const [answer, code] of [
    ["writer", 1],
    ["", 1],
    [" coder ", 0],
  ] as const) {
    const { host } = emptyInstallation({ isTerminal: true, input: [answer] });
    await hermes(host, "profile", "create", "coder");
    const outcome = await hermes(host, "profile", "delete", "coder");
    expect(outcome.code).toBe(code);
    expect(host.disk.has("/vol/profiles/coder/SOUL.md")).toBe(code === 1);
  }
});

test("hermes profile delete without a terminal needs -y and changes nothing", async () => {
  const { host } = emptyInstallation();
  await hermes(host, "profile", "create", "coder");
  const before = host.disk.snapshot();
  expect(await hermes(host, "profile", "delete", "coder")).toMatchObject({
    code: 1,
    notes: [
      "✗ Cannot ask whether to delete profile 'coder': no terminal",
      "  Hint: pass -y to delete without asking",
    ],
  });
  expect(host.disk.snapshot()).toEqual(before);
});

test("hermes profile delete refuses default and what does not exist", async () => {
  const { host } = emptyInstallation();
  expect((await hermes(host, "profile", "delete", "default", "-y")).notes).toEqual([
    "✗ Cannot delete profile 'default': it is the installation itself",
  ]);
  expect((await hermes(host, "profile", "delete", "typo", "-y")).notes[0]).toBe(
    "✗ Cannot delete profile 'typo': no such profile",
  );
});

test("hermes profile delete removes a slot whose profile was removed by hand", async () => {
  const { host } = emptyInstallation();
  await hermes(host, "profile", "create", "coder");
  host.files.removeTree("/vol/profiles/coder");
  expect((await hermes(host, "profile", "delete", "coder", "-y")).code).toBe(0);
  expect(host.disk.has("/run/service/gateway-coder")).toBe(false);
});

test("hermes profile delete says what the volume refuses, and where to look", async () => {
  const { host } = emptyInstallation();
  await hermes(host, "profile", "create", "coder");
  host.disk.fail("/vol/profiles", "write", "EROFS");
  expect(await hermes(host, "profile", "delete", "coder", "-y")).toEqual({
    code: 1,
    stdout: "",
    notes: [
      "✗ Cannot delete profile 'coder': /vol/profiles/coder: read-only file system",
      "  Hint: see `hermes doctor` for what is wrong with the volume",
    ],
  });
});
