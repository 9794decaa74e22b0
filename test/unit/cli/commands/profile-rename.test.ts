import { expect, test } from "bun:test";
import { finishRenames } from "../../../../src/profiles/rename-steps.ts";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost, type FakeHostOptions } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";
import { killAtEachEffect } from "../../../support/interrupted.ts";

const ENVIRONMENT = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };
const RENAME = ["profile", "rename", "coder", "writer"] as const;

/** An installation whose profile `coder` has logs, an alias, memory, and is the one in use. */
async function installation(options: FakeHostOptions = {}, running = true) {
  const host = new FakeHost({ uid: 0, environment: ENVIRONMENT, ...options });
  host.disk.putDirectory("/vol/profiles");
  host.disk.putDirectory("/run/hermes-alias");
  const s6 = installS6(host);
  await hermes(host, "profile", "create", "coder");
  await hermes(host, "profile", "use", "coder");
  host.disk.putFile("/vol/profiles/coder/memories/one", "remember");
  host.disk.putFile("/vol/logs/gateways/coder/current", "said\n");
  if (running) await hermes(host, "-p", "coder", "gateway", "start");
  return { host, s6 };
}

const intentOf = (host: FakeHost, name: string) =>
  /"desired_state": "(\w+)"/.exec(
    host.disk.text(`/vol/profiles/${name}/gateway_state.json`) ?? "",
  )?.[1];

/** What must be true of the volume when a rename has ended. */
function expectRenamed(host: FakeHost): void {
  expect(host.disk.has("/vol/profiles/coder")).toBe(false);
  expect(host.disk.text("/vol/profiles/writer/memories/one")).toBe("remember");
  expect(host.disk.has("/vol/profiles/writer/.rename.json")).toBe(false);
  expect(host.disk.text("/vol/logs/gateways/writer/current")).toBe("said\n");
  expect(host.disk.has("/vol/logs/gateways/coder")).toBe(false);
  expect(host.disk.text("/vol/active_profile")).toBe("writer\n");
  expect(intentOf(host, "writer")).toBe("running");
}

test("hermes profile rename moves directory, logs, slot, alias, and the choice of the profile", async () => {
  const { host, s6 } = await installation();
  expect(await hermes(host, ...RENAME)).toEqual({
    code: 0,
    stdout: [
      "Renamed profile 'coder' to 'writer' in /vol/profiles/writer",
      "Started gateway 'writer' (pid 102), ready",
      "Alias: writer is short for hermes -p writer",
      "",
    ].join("\n"),
    notes: [],
  });
  expectRenamed(host);
  expect([...s6.services.keys()]).toEqual(["/run/service/gateway-writer"]);
  expect(host.disk.has("/run/hermes-alias/coder")).toBe(false);
  expect(host.disk.has("/run/hermes-alias/writer")).toBe(true);
});

test("hermes profile rename leaves a gateway down that was down", async () => {
  const { host, s6 } = await installation({}, false);
  await hermes(host, "-p", "coder", "gateway", "stop");
  const { code, stdout } = await hermes(host, ...RENAME);
  expect(code).toBe(0);
  expect(stdout).toContain("\nRegistered gateway 'writer', down\n");
  expect(s6.services.get("/run/service/gateway-writer")?.up).toBe(false);
  expect(intentOf(host, "writer")).toBe("stopped");
});

test.each(["coder", "writer"])(
  "hermes profile rename goes on without starting what was stopped since ('%s' has the note)",
  async (holder) => {
    const { host, s6 } = await installation();
    const note = JSON.stringify({ version: 1, from: "coder", to: "writer", start: true });
    if (holder === "writer") {
      await hermes(host, ...RENAME);
      await hermes(host, "-p", "writer", "gateway", "stop");
    } else await hermes(host, "-p", "coder", "gateway", "stop");
    host.disk.putFile(`/vol/profiles/${holder}/.rename.json`, note);
    const { code, stdout } = await hermes(host, ...RENAME);
    expect(code).toBe(0);
    expect(stdout).toContain("\nRegistered gateway 'writer', down\n");
    expect(s6.services.get("/run/service/gateway-writer")?.up).toBe(false);
    expect(intentOf(host, "writer")).toBe("stopped");
  },
);

test("hermes profile rename hands on why a gateway is parked", async () => {
  const { host } = await installation({}, false);
  const record = { pid: 7, startTime: 1, beginsAt: 1, backoffUntil: null, crashes: [], exits: [] };
  const text = JSON.stringify({ version: 1, ...record, parkedReason: "crashed 8 times" });
  host.disk.putFile("/run/user/hermes/gateway-coder.exits.json", text);
  await hermes(host, ...RENAME);
  expect((await hermes(host, "status")).stdout).toMatch(/writer +\S+ +parked .* crashed 8 times/);
});

test("hermes profile rename tells of settings that name the old directory", async () => {
  const { host } = await installation({}, false);
  host.disk.putFile("/vol/profiles/coder/.env", "NOTES=/vol/profiles/coder/workspace\n");
  host.disk.putFile("/vol/profiles/coder/config.yaml", "# /vol/profiles/coder-two\n");
  expect((await hermes(host, ...RENAME)).notes).toEqual([
    "warning: /vol/profiles/writer/.env still names /vol/profiles/coder: change it there",
  ]);
});

test("hermes profile rename on a host moves the profile alone", async () => {
  const host = new FakeHost({ environment: ENVIRONMENT });
  host.disk.creator = { uid: 10_000, gid: 10_000 };
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "soul");
  expect(await hermes(host, ...RENAME)).toEqual({
    code: 0,
    stdout: "Renamed profile 'coder' to 'writer' in /vol/profiles/writer\n",
    notes: [],
  });
  expect(host.disk.text("/vol/profiles/writer/SOUL.md")).toBe("soul");
});

test.each([
  [["default", "writer"], "'default' is the installation itself"],
  [["coder", "default"], "'default' is the installation itself"],
  [["coder", "other"], "/vol/profiles/other exists already"],
  [["coder", "plain"], "/vol/profiles/plain exists already"],
  [["coder", "root"], "Invalid profile name 'root': 'root' is reserved"],
  [["nobody", "writer"], "Cannot rename profile 'nobody': no such profile"],
  [["coder", "coder"], "The new name is the old one"],
  [["coder", "ghost"], "gateway 'ghost' is still registered, but its profile is gone"],
])("hermes profile rename refuses %j: %s", async (names, why) => {
  const { host, s6 } = await installation();
  for (const name of ["other", "ghost"]) await hermes(host, "profile", "create", name);
  host.files.removeTree("/vol/profiles/ghost");
  host.disk.putDirectory("/vol/profiles/plain");
  const before = host.disk.snapshot();
  const services = structuredClone([...s6.services]);
  const { code, notes } = await hermes(host, "profile", "rename", ...names);
  expect(why.endsWith("no such profile") ? [4] : [1, 2]).toContain(code);
  expect(notes[0]).toEndWith(why);
  expect(host.disk.snapshot()).toEqual(before);
  expect([...s6.services]).toEqual(services);
});

test.each([
  ["profiles/coder", "start the container with /vol/profiles/writer as the place of that mount"],
  [
    "profiles/coder/config.yaml",
    "start the container without that mount, rename the profile, and mount it below /vol/profiles/writer",
  ],
  [
    "logs/gateways/coder",
    "start the container with /vol/logs/gateways/writer as the place of that mount",
  ],
])(
  "hermes profile rename and delete refuse what is mounted at %s, before anything is touched",
  async (name, hint) => {
    const { host, s6 } = await installation();
    const mounts = ["", "/profiles/coder-2", `/${name}`].map(
      (point, index) => `${index} 1 0:1 / /vol${point} rw - x x rw\n`,
    );
    host.disk.putFile("/proc/self/mountinfo", mounts.join(""));
    const before = host.disk.snapshot();
    const services = structuredClone([...s6.services]);
    expect((await hermes(host, ...RENAME)).notes).toEqual([
      `✗ Cannot rename profile 'coder' to 'writer': /vol/${name} is mounted there`,
      `  Hint: ${hint}`,
    ]);
    expect((await hermes(host, "profile", "delete", "coder", "-y")).notes).toEqual([
      `✗ Cannot delete profile 'coder': /vol/${name} is mounted there`,
      "  Hint: start the container without that mount, then delete the profile",
    ]);
    expect(host.disk.snapshot()).toEqual(before);
    expect([...s6.services]).toEqual(services);
  },
);

test.each([
  [{ up: true, wantedUp: true, ready: false }, "starting"],
  [{ up: true, wantedUp: false, ready: true }, "stopping"],
])("hermes profile rename refuses a gateway that is %j: it is %s", async (state, word) => {
  const { host, s6 } = await installation();
  Object.assign(s6.services.get("/run/service/gateway-coder") ?? {}, state);
  const before = host.disk.snapshot();
  const { code, notes } = await hermes(host, ...RENAME);
  expect(code).toBe(1);
  expect(notes[0]).toBe(`✗ Cannot rename profile 'coder' to 'writer': gateway 'coder' is ${word}`);
  expect(host.disk.snapshot()).toEqual(before);
});

test("hermes profile rename refuses while another process than s6's runs the gateway", async () => {
  const { host } = await installation({}, false);
  host.table.start(77, { startTime: 5 });
  host.disk.putFile("/vol/profiles/coder/gateway.pid", '{"pid": 77, "start_time": 5}');
  const { code, notes } = await hermes(host, ...RENAME);
  expect({ code, notes }).toEqual({
    code: 1,
    notes: [
      "✗ Cannot rename profile 'coder' to 'writer': pid 77 runs its gateway",
      "  Hint: end that process first: it runs in the foreground",
    ],
  });
});

test("hermes profile rename puts all back if the volume refuses", async () => {
  const { host, s6 } = await installation();
  host.disk.fail("/vol/profiles/writer", "write", "ENOSPC");
  const { code, notes } = await hermes(host, ...RENAME);
  expect(code).toBe(1);
  expect(notes).toEqual([
    "✗ Cannot rename profile 'coder' to 'writer': /vol/profiles/writer: no space left on device",
    "  Hint: see `hermes doctor` for what is wrong with the volume",
  ]);
  expect(host.disk.has("/vol/profiles/coder/.rename.json")).toBe(false);
  expect(host.disk.text("/vol/active_profile")).toBe("coder\n");
  expect(s6.services.get("/run/service/gateway-coder")).toMatchObject({ up: true, ready: true });
});

test("hermes profile rename says how to go on if the gateway cannot be registered", async () => {
  const { host, s6 } = await installation();
  host.table.install("mkfifo", () => ({ exitCode: 1, stderr: "mkfifo: no" }));
  const { code, notes } = await hermes(host, ...RENAME);
  expect(code).toBe(1);
  expect(notes[0]).toStartWith("✗ Renamed profile 'coder' to 'writer', but not all is done: ");
  expect(notes[1]).toBe("  Hint: `hermes profile rename coder writer` goes on with it");
  host.table.install("mkfifo", ([, ...paths]) => {
    for (const path of paths) host.disk.putFifo(path, "absent");
    return {};
  });
  expect((await hermes(host, ...RENAME)).code).toBe(0);
  expectRenamed(host);
  expect(s6.services.get("/run/service/gateway-writer")).toMatchObject({ up: true, ready: true });
});

test("hermes profile rename is done if the gateway then fails: that is the gateway's business", async () => {
  const { host, s6 } = await installation();
  s6.fresh = { failsWith: 1 };
  const { code, notes } = await hermes(host, ...RENAME);
  expect(code).toBe(1);
  expect(notes).toEqual([
    "✗ Renamed profile 'coder' to 'writer', and its gateway is not ready: it exited with code 1",
    "  Hint: read the end of its log: `hermes -p writer gateway logs`",
  ]);
  expectRenamed(host);
});

test("hermes profile rename and delete wait for another change, and say where that takes too long", async () => {
  const { host } = await installation();
  const release = host.holdLock("/run/user/hermes/profiles.lock");
  expect((await hermes(host, ...RENAME)).notes).toEqual([
    "Waiting, at most 300 s: another process holds /run/user/hermes/profiles.lock",
    "✗ Cannot rename profile 'coder': another change takes too long",
    "  Hint: try again when the process that holds /run/user/hermes/profiles.lock has ended",
  ]);
  expect((await hermes(host, "profile", "delete", "coder", "-y")).notes).toEqual([
    "Waiting, at most 300 s: another process holds /run/user/hermes/profiles.lock",
    "✗ Cannot delete profile 'coder': another change takes too long",
    "  Hint: try again when the process that holds /run/user/hermes/profiles.lock has ended",
  ]);
  release();
  expect((await hermes(host, ...RENAME)).code).toBe(0);
  expectRenamed(host);
});

const killRenames = killAtEachEffect({ uid: 0, environment: ENVIRONMENT }, installation, (host) =>
  hermes(host, ...RENAME),
);

test("hermes profile rename, killed at any moment, leaves one whole profile and can be called again", async () => {
  const worlds = await killRenames();
  expect(worlds.length).toBeGreaterThan(30);
  for (const { at, host, s6 } of worlds) {
    const names = ["coder", "writer"].filter((name) => host.disk.has(`/vol/profiles/${name}`));
    expect({ at, names: names.length }).toEqual({ at, names: 1 });
    const [name = ""] = names;
    expect(host.disk.text(`/vol/profiles/${name}/memories/one`)).toBe("remember");
    expect({ at, intent: intentOf(host, name) }).toEqual({ at, intent: "running" });
    expect({ at, ...(await hermes(host, ...RENAME)) }).toMatchObject({ at, code: 0 });
    expectRenamed(host);
    const running = { up: true, ready: true };
    expect({ at, ...s6.services.get("/run/service/gateway-writer") }).toMatchObject(running);
    expect({ at, services: s6.services.size }).toEqual({ at, services: 1 });
  }
});

test("finishRenames() ends, at boot, a rename that was killed at any moment", async () => {
  for (const { at, host } of await killRenames()) {
    expect({ at, warnings: finishRenames(host, "/vol") }).toEqual({ at, warnings: [] });
    const name = host.disk.has("/vol/profiles/writer") ? "writer" : "coder";
    expect(host.disk.has(`/vol/profiles/${name}/.rename.json`)).toBe(false);
    expect({ at, active: host.disk.text("/vol/active_profile") }).toEqual({
      at,
      active: `${name}\n`,
    });
    expect({ at, log: host.disk.text(`/vol/logs/gateways/${name}/current`) }).toEqual({
      at,
      log: "said\n",
    });
    expect(intentOf(host, name)).toBe("running");
  }
});

test("finishRenames() does not touch what a new profile of the old name has", async () => {
  const { host } = await installation();
  host.disk.putFile("/vol/profiles/writer/SOUL.md", "");
  const note = { version: 1, from: "coder", to: "writer", start: true };
  host.disk.putFile("/vol/profiles/writer/.rename.json", JSON.stringify(note));
  expect(finishRenames(host, "/vol")).toEqual([]);
  expect(host.disk.text("/vol/logs/gateways/coder/current")).toBe("said\n");
  expect(host.disk.text("/vol/active_profile")).toBe("coder\n");
});

test("hermes profile create refuses the old name of a rename that was interrupted", async () => {
  const { host } = await installation();
  const note = { version: 1, from: "old", to: "coder", start: true };
  host.disk.putFile("/vol/profiles/coder/.rename.json", JSON.stringify(note));
  expect(await hermes(host, "profile", "create", "old")).toEqual({
    code: 1,
    stdout: "",
    notes: [
      "✗ Cannot create profile 'old': its rename to 'coder' was interrupted",
      "  Hint: `hermes profile rename old coder` completes it",
    ],
  });
});

test("hermes profile rename starts the gateway again if it failed while that went down", async () => {
  const { host, s6 } = await installation();
  const { runCommand } = host.processes;
  const processes: Record<string, unknown> = host.processes;
  let isStopped = false;
  processes["runCommand"] = async (...args: Parameters<typeof runCommand>) => {
    const [program = "", flag = ""] = args[0];
    if (program.endsWith("s6-svstat") && isStopped) {
      isStopped = false;
      return { ...(await runCommand(...args)), exitCode: 111, stderr: "s6-svstat: fatal: no" };
    }
    isStopped = program.endsWith("s6-svc") && flag === "-d";
    return runCommand(...args);
  };
  expect(await hermes(host, ...RENAME)).toMatchObject({ code: 1 });
  expect(s6.services.get("/run/service/gateway-coder")).toMatchObject({ up: true, ready: true });
});

test("hermes profile rename goes on if it was killed while the gateway went down", async () => {
  const { host, s6 } = await installation();
  const note = JSON.stringify({ version: 1, from: "coder", to: "writer", start: true });
  host.disk.putFile("/vol/profiles/coder/.rename.json", note);
  const service = s6.services.get("/run/service/gateway-coder");
  Object.assign(service ?? {}, { up: true, wantedUp: false });
  expect(await hermes(host, ...RENAME)).toMatchObject({ code: 0 });
  expect(s6.services.get("/run/service/gateway-writer")).toMatchObject({ up: true, ready: true });
});
