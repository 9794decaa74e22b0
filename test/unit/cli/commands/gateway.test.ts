import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { appendToHistory } from "../../../../src/gateway/record/exit-history.ts";
import { EMPTY_RECORD, writeExitRecord } from "../../../../src/gateway/record/exit-record.ts";
import type { RecordedExit } from "../../../../src/gateway/record/exit.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { installS6, type FakeService } from "../../../support/fake-s6.ts";
import { Replaced } from "../../../support/fake-processes.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES } from "../../../../src/cli/table.ts";

const RUNNING = { up: true, wantedUp: true, ready: true, pid: 77 } as const;
const ENVIRONMENT = { HERMES_HOME: "/vol", XDG_RUNTIME_DIR: "/run/user" };

function installation(gateways: Readonly<Record<string, Partial<FakeService>>> = {}) {
  const host = new FakeHost({ uid: 0, environment: ENVIRONMENT });
  const s6 = installS6(host);
  for (const [name, service] of Object.entries(gateways)) {
    host.disk.putDirectory(`/run/service/gateway-${name}`);
    s6.supervise(`/run/service/gateway-${name}`, service);
    host.disk.putFile(`/vol/profiles/${name}/SOUL.md`, "");
  }
  return host;
}

test("hermes gateway start acts on the default gateway and says when it is ready", async () => {
  const host = installation({ default: {} });
  expect(await hermes(host, "gateway", "start")).toEqual({
    code: 0,
    stdout: "Started gateway 'default' (pid 101), ready\n",
    notes: [],
  });
  expect((await hermes(host, "gateway", "start")).stdout).toBe(
    "Already running: gateway 'default' (pid 101), ready\n",
  );
});

test("hermes gateway start --all is refused", async () => {
  expect(await hermes(installation(), "gateway", "start", "--all")).toMatchObject({
    code: 2,
    notes: [
      "✗ Cannot start all gateways at once: name the one you want with -p",
      "  Hint: see `hermes gateway start --help`",
    ],
  });
});

test.each(["stop", "restart", "logs", "events"])(
  "hermes gateway %s takes one profile or --all, not both, and does nothing",
  async (verb) => {
    const host = installation({ coder: RUNNING });
    const path = `hermes gateway ${verb}`;
    expect(await hermes(host, "-p", "coder", "gateway", verb, "--all")).toEqual({
      code: 2,
      stdout: "",
      notes: [
        "✗ A profile is named, and --all means every one: leave one of them out",
        `  Hint: see \`${path} --help\``,
      ],
    });
    const called = new FakeHost({ uid: 0, environment: ENVIRONMENT, argv: ["coder"] });
    expect((await hermes(called, "gateway", verb, "--all")).code).toBe(2);
    expect(host.table.commands).toEqual([]);
  },
);

test("hermes -p typo gateway start gives the contract's line", async () => {
  expect(await hermes(installation(), "-p", "typo", "gateway", "start")).toEqual({
    code: 4,
    stdout: "",
    notes: [
      "✗ no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`",
    ],
  });
});

test("hermes gateway stop says whether anything had to be done", async () => {
  const host = installation({ coder: RUNNING });
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Stopped gateway 'coder'\n",
  );
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Already stopped: gateway 'coder'\n",
  );
});

test("hermes gateway stop --all counts what it stopped and what was down", async () => {
  const host = installation({ default: RUNNING, coder: RUNNING, writer: {} });
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 0,
    stdout: "Stopped 2 profile gateway(s), 1 already stopped\n",
    notes: [],
  });
  for (const path of ["/vol", "/vol/profiles/coder", "/vol/profiles/writer"]) {
    expect(host.disk.text(`${path}/gateway_state.json`)).toContain('"desired_state": "stopped"');
  }
});

test("hermes gateway stop --all goes on past a failure, names it and exits 1", async () => {
  const host = installation({ coder: RUNNING, writer: { ...RUNNING, stubborn: true } });
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 1,
    stdout: "Stopped 1 profile gateway(s)\n",
    notes: [
      "Could not stop gateway-writer: Cannot stop 'gateway-writer': it is still up after SIGKILL",
    ],
  });
});

/** Somebody runs this gateway, and s6 does not. */
function runInForeground(host: FakeHost, name: string): void {
  host.table.start(300, { startTime: 5 });
  host.disk.putFile(`/vol/profiles/${name}/gateway.pid`, '{"pid": 300, "start_time": 5}');
}

test.each([
  [
    "start",
    "it runs already; to have s6 run it, end that process first, or start the container with another command",
  ],
  ["stop", "stop that process; if it is the container's command, stop the container"],
  ["restart", "restart that process; if it is the container's command, restart the container"],
])(
  "hermes gateway %s refuses a gateway in the foreground and changes nothing",
  async (verb, hint) => {
    const host = installation({ coder: {} });
    runInForeground(host, "coder");
    const before = host.disk.snapshot();
    expect(await hermes(host, "-p", "coder", "gateway", verb)).toEqual({
      code: 1,
      stdout: "",
      notes: [
        `✗ Cannot ${verb} gateway 'coder': pid 300 runs it in the foreground`,
        `  Hint: ${hint}`,
      ],
    });
    expect(host.disk.snapshot()).toEqual(before);
    expect(host.table.signals).toEqual([]);
  },
);

test("hermes gateway stop refuses an agent that wrote nothing but its state file", async () => {
  const host = installation({ coder: {} });
  host.table.start(300, { argv: ["/srv/agent", "-p", "coder", "gateway", "run"] });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", '{"pid": 300}');
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).code).toBe(1);
  expect((await hermes(host, "profile", "delete", "coder", "-y")).notes).toEqual([
    "✗ Cannot delete profile 'coder': pid 300 runs its gateway in the foreground",
    "  Hint: end that process first",
  ]);
  expect(host.disk.has("/vol/profiles/coder")).toBe(true);
});

test("hermes gateway stop minds no owner while s6 has the gateway, and none that is gone", async () => {
  const host = installation({ coder: RUNNING });
  runInForeground(host, "coder");
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Stopped gateway 'coder'\n",
  );
  host.table.start(300, { startTime: 6 });
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Already stopped: gateway 'coder'\n",
  );
});

test("hermes gateway stop --all names one in the foreground and does not count it", async () => {
  const host = installation({ coder: {}, writer: RUNNING });
  runInForeground(host, "coder");
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 1,
    stdout: "Stopped 1 profile gateway(s)\n",
    notes: [
      "Could not stop gateway-coder: Cannot stop gateway 'coder': pid 300 runs it in the foreground",
    ],
  });
});

test("hermes gateway restart --all restarts what is to run, and nothing else", async () => {
  const host = installation({ default: {}, coder: RUNNING });
  expect((await hermes(host, "gateway", "restart", "--all")).stdout).toBe(
    "Restarted 1 profile gateway(s)\n",
  );
  expect(host.disk.has("/vol/gateway_state.json")).toBe(false);
});

test("hermes gateway restart says the new pid", async () => {
  const host = installation({ coder: RUNNING });
  expect((await hermes(host, "-p", "coder", "gateway", "restart")).stdout).toBe(
    "Restarted gateway 'coder' (pid 101), ready\n",
  );
});

test("hermes gateway start, stop and stop --all without s6 say how to go on", async () => {
  for (const words of [["start"], ["stop"], ["restart"], ["stop", "--all"], ["restart", "--all"]]) {
    const host = new FakeHost({ environment: ENVIRONMENT });
    const { code, notes } = await hermes(host, "gateway", ...words);
    expect(code).toBe(1);
    expect(notes).toEqual([
      expect.stringMatching(/^✗ Cannot .*: no service manager runs here$/),
      "  Hint: run the gateway in the foreground with `hermes gateway run`",
    ]);
  }
});

const run = (host: FakeHost, ...words: readonly string[]) =>
  runCommandLine(host, "hermes", HERMES, words);

test("hermes gateway run under s6 starts the slot, explains itself and becomes a sleep", async () => {
  const host = installation({ coder: {} });
  expect(run(host, "-p", "coder", "gateway", "run")).rejects.toThrow(
    new Replaced(["/usr/bin/sleep", "infinity"]),
  );
  expect(host.notes.length).toBe(1);
  expect(host.notes[0]).toContain("--no-supervise");
  expect(host.notes[0]).toContain("HERMES_GATEWAY_NO_SUPERVISE");
  expect(host.stdout).toBe("");
});

test("hermes gateway run keeps the container up where its gateway does not start", async () => {
  const host = installation({ coder: { failsWith: 78 } });
  expect(run(host, "-p", "coder", "gateway", "run")).rejects.toThrow("became /usr/bin/sleep");
  expect(host.notes[0]).toStartWith("✗ Cannot start 'gateway-coder': it exited with code 78");
});

async function notesOfRun(service: Partial<FakeService>): Promise<readonly string[]> {
  const host = installation({ default: service });
  await run(host, "gateway", "run").catch(() => undefined);
  return host.notes;
}

test("hermes gateway run says on one line what happened and how to opt out, also where it fails", async () => {
  const optOut = "--no-supervise or HERMES_GATEWAY_NO_SUPERVISE=1 runs it here instead";
  expect(await notesOfRun({})).toEqual([`Gateway 'default' runs supervised by s6; ${optOut}`]);
  expect(await notesOfRun({ failsWith: 1 })).toEqual([
    `✗ Cannot start 'gateway-default': it exited with code 1; s6 supervises it and this container stays up; ${optOut}`,
  ]);
});

test("hermes gateway run says that it starts what somebody stopped", async () => {
  const host = installation({ default: {} });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "stopped"}');
  await run(host, "gateway", "run").catch(() => undefined);
  expect(host.notes).toHaveLength(2);
  expect(host.notes[0]).toBe(
    "Gateway 'default' was stopped, and `gateway run` starts it: as the container's command at each start; with `sleep infinity` instead what was stopped stays stopped",
  );
});

test.each([
  [
    ["hermes", "-p", "coder", "gateway", "run"],
    ["-p", "coder", "gateway", "run"],
  ],
  [
    ["hermes", "gateway", "run", "--replace"],
    ["gateway", "run", "--replace"],
  ],
  [
    ["coder", "gateway", "run"],
    ["-p", "coder", "gateway", "run"],
  ],
])("hermes gateway run, as %j, becomes the agent that is installed", async (argv, words) => {
  const environment = {
    ...ENVIRONMENT,
    HERMES_S6_SUPERVISED_CHILD: "1",
    HERMES_AGENT: "/srv/agent",
  };
  const host = new FakeHost({ uid: 0, environment, argv });
  host.disk.putFile("/srv/agent", "echo hi\n", { mode: 0o755 });
  const became = await runCommandLine(host, "hermes", HERMES, argv.slice(1)).catch(
    (error: unknown) => error,
  );
  expect(became instanceof Replaced && became.command).toEqual(["/srv/agent", ...words]);
});

test("hermes gateway run leaves behind that the agent is not there, and exits 78", async () => {
  const environment = { ...ENVIRONMENT, HERMES_S6_SUPERVISED_CHILD: "1", HERMES_AGENT: "/nowhere" };
  const host = new FakeHost({ uid: 0, environment });
  host.disk.putDirectory("/vol");
  const { code, notes } = await hermes(host, "gateway", "run");
  expect(code).toBe(78);
  expect(notes[0]).toBe('✗ Cannot use HERMES_AGENT="/nowhere": no such program');
  expect(host.disk.text("/vol/gateway_state.json")).toContain('"startup_failed"');
});

test("hermes gateway status exits 1 where nobody can tell", async () => {
  const host = installation({ coder: { broken: "s6-svstat: fatal: no" } });
  const { code, stdout } = await hermes(host, "-p", "coder", "gateway", "status");
  expect(code).toBe(1);
  expect(stdout).toContain("unknown: s6-svstat on 'gateway-coder' failed (rc=111)");
});

test("hermes gateway status exits 0 for one that runs, 3 for one that does not, 4 for none", async () => {
  const host = installation({ coder: RUNNING, writer: {}, waiting: { ...RUNNING, ready: false } });
  const status = async (name: string) => (await hermes(host, "-p", name, "gateway", "status")).code;
  expect([await status("coder"), await status("waiting"), await status("writer")]).toEqual([
    0, 0, 3,
  ]);
  expect(await hermes(host, "-p", "typo", "gateway", "status")).toEqual({
    code: 4,
    stdout: "",
    notes: ["✗ no such gateway 'typo'", "  Hint: see `hermes gateway list` for those there are"],
  });
});

test.each(["Coding", "coding"])(
  "hermes -p %s names the directory that only differs in capital letters",
  async (name) => {
    const host = installation();
    host.disk.putFile("/vol/profiles/Coding/SOUL.md", "");
    const { notes } = await hermes(host, "-p", name, "gateway", "start");
    expect(notes[0]).toStartWith("✗ no such gateway 'coding'");
    expect(notes[1]).toBe(
      "  Hint: rename /vol/profiles/Coding to /vol/profiles/coding: names are in small letters",
    );
  },
);

const exit = (at: number, reason: string): RecordedExit => ({
  at,
  pid: 5,
  startTime: 1,
  code: 1,
  signal: null,
  ranMs: 61_000,
  meaning: "crashed",
  reason,
  backoffMs: 2000,
});

test("hermes gateway status shows the last ends, those of the volume and those it did not take", async () => {
  const host = installation({ coder: {} });
  host.disk.putDirectory("/run/user/hermes");
  const coder = profileName("coder");
  appendToHistory(host, "/vol/profiles/coder", exit(TEST_TIME, "crashed with exit code 1"));
  writeExitRecord(host, coder, {
    ...EMPTY_RECORD,
    parkedReason: "crashed 8 times",
    exits: [exit(TEST_TIME + 1000, "crashed with exit code 1: later")],
  });
  const failed =
    "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n";
  host.disk.putFile("/vol/logs/container-boot.log", failed.repeat(3));
  const { stdout } = await hermes(host, "-p", "coder", "gateway", "status");
  expect(stdout.split("\n")).toEqual([
    "Gateway:  coder",
    "Desired:  not set",
    "State:    parked for 7s: crashed 8 times",
    "Since:    2024-11-16T13:36:27.000Z",
    "Crashes:  0 in the last ten minutes, 0 restarts",
    "Boots:    3 in a row found that it had failed to start",
    "Log:      /vol/logs/gateways/coder/current",
    "Last exits:",
    "  2026-11-20T07:23:06Z  exit code 1  ran 1m  again in 2.0 s  crashed with exit code 1: later",
    "  2026-11-20T07:23:05Z  exit code 1  ran 1m  again in 2.0 s  crashed with exit code 1",
    "",
  ]);
  const json = await hermes(host, "-p", "coder", "gateway", "status", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 2,
    profile: "coder",
    state: "parked",
    failedBoots: 3,
    exitHistory: [{ at: TEST_TIME }, { at: TEST_TIME + 1000 }],
  });
});

test("hermes gateway run of a profile that does not exist fails", async () => {
  expect(run(installation(), "-p", "typo", "gateway", "run")).rejects.toThrow("no such gateway");
});

test("hermes gateway run takes --replace and --no-supervise only", async () => {
  for (const flag of ["--supervise", "--no-replace", "--all", "--no-supervise=1"]) {
    expect(await hermes(installation(), "gateway", "run", flag)).toMatchObject({ code: 2 });
  }
});

test("hermes gateway run --no-supervise is the gateway", async () => {
  const host = installation();
  const ended = hermes(host, "gateway", "run", "--no-supervise");
  while (host.listeners.size === 0) await Bun.sleep(1);
  expect([...host.listeners.keys()]).toEqual(["/run/user/hermes/gateway-default.sock"]);
  host.end("SIGTERM");
  expect((await ended).code).toBe(0);
});

test("hermes gateway run takes over with --replace only", async () => {
  const host = installation();
  host.table.start(50, { argv: ["hermes", "gateway", "run"] });
  host.disk.putFile("/vol/gateway.pid", "50");
  const words = ["gateway", "run", "--no-supervise"] as const;
  expect(await hermes(host, ...words)).toMatchObject({
    code: 1,
    notes: [
      "✗ Cannot run gateway 'default': pid 50 runs it already",
      "  Hint: stop that one, or take over with `--replace`",
    ],
  });
  const ended = hermes(host, ...words, "--replace");
  while (host.listeners.size === 0) await Bun.sleep(1);
  expect(host.table.signals).toEqual(["50 SIGTERM"]);
  host.end("SIGTERM");
  expect((await ended).code).toBe(0);
});
