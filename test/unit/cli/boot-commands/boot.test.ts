import { expect, test } from "bun:test";
import { MAIN_WRAPPER, OVERLAY_INIT } from "../../../../src/core/image.ts";
import { renderSteps } from "../../../../src/boot/steps-format.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES_BOOT } from "../../../../src/cli/table.ts";
import { logCommand } from "../../../../src/gateway/log-command.ts";
import { EMPTY_RECORD, writeExitRecord } from "../../../../src/gateway/record/exit-record.ts";
import { TEST_UPTIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";
import { hermesBoot } from "../../../support/command-line.ts";
import { Replaced } from "../../../support/fake-processes.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../../support/fake-host.ts";
import { installS6 } from "../../../support/fake-s6.ts";

function container(options: FakeHostOptions = {}): FakeHost {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol" }, ...options });
  installS6(host);
  host.disk.putDirectory("/vol/profiles");
  return host;
}

test("hermes-boot reconcile warns a line per problem and sums up on stderr", async () => {
  const host = container();
  host.disk.putFile("/vol/profiles/Bad\nName/SOUL.md", "");
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", "[]");
  expect(await hermesBoot(host, "reconcile")).toEqual({
    code: 0,
    stdout: "",
    notes: [
      "warning: profile 'Bad\\nName' is skipped: names are 1 to 64 of a-z, 0-9, _ and -, and begin with a letter or a digit",
      "warning: profile 'coder' is registered: state file is not an object",
      "reconcile: gateways: 0 started, 2 registered, 1 skipped",
    ],
  });
});

test("hermes-boot reconcile says that it does nothing beside a dashboard", async () => {
  const host = container();
  host.disk.putDirectory("/proc/1");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  expect(await hermesBoot(host, "reconcile")).toEqual({
    code: 0,
    stdout: "",
    notes: ["reconcile: nothing to do: the container's command is the dashboard"],
  });
});

test("hermes-boot reconcile prints a line per profile where the boot is verbose", async () => {
  for (const [verbosity, lines] of [
    ["1", 0],
    ["2", 2],
    ["5", 2],
    ["x", 0],
  ] as const) {
    const host = container({ environment: { HERMES_HOME: "/vol", S6_VERBOSITY: verbosity } });
    host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
    const { notes } = await hermesBoot(host, "reconcile");
    const steps = notes.filter((line) => line.includes("action=registered"));
    expect({ verbosity, steps: steps.length }).toEqual({ verbosity, steps: lines });
    expect(notes.at(-1)).toBe("reconcile: gateways: 0 started, 2 registered, 0 skipped");
  }
});

test("hermes-boot reconcile shows eight problems without counting none more", async () => {
  const host = container();
  for (let index = 0; index < 8; index += 1) {
    host.disk.putFile(`/vol/profiles/BAD${index}/SOUL.md`, "");
  }
  expect((await hermesBoot(host, "reconcile")).notes.length).toBe(9);
});

/** A container before its init, in the image as it is built. */
function beforeInit(options: FakeHostOptions = {}): FakeHost {
  const host = container({ uid: 0, users: [HERMES], directory: "/srv", ...options });
  host.disk.putFile("/proc/self/status", "CapEff:\t00000000000000ff\n");
  host.disk.putFile("/etc/group", "root:x:0:\nhermes:x:10000:\n");
  host.disk.putFifo("/run/service/.s6-svscan/control", "absent");
  host.table.install("hermes-boot", () => ({}));
  host.table.install("chown", () => ({}));
  return host;
}

test("hermes-boot enter clears /run and prints which init to become", async () => {
  const host = beforeInit();
  host.disk.putFile(OVERLAY_INIT, "");
  host.disk.putFile("/run/hermes-boot/booted.json", "{}");
  expect(await hermesBoot(host, "enter", "1")).toEqual({ code: 0, stdout: "overlay\n", notes: [] });
  expect(host.disk.has("/run/hermes-boot/booted.json")).toBe(false);
  expect(host.disk.text("/run/hermes-boot/work-directory")).toBe("/srv\n");
  expect((await hermesBoot(host, "enter", "7")).stdout).toBe("fallback\n");
});

test("hermes-boot enter exits 1 if something is missing, with the flag that gives it, and touches nothing", async () => {
  const host = beforeInit();
  host.disk.putFile("/proc/self/status", "CapEff:\t000000000000007f\n");
  const { code, stdout, notes } = await hermesBoot(host, "enter", "1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(notes).toContain("✗ Cannot drop from root to hermes: the capability SETUID is missing");
  expect(host.disk.has("/run/hermes-boot")).toBe(false);
});

test("hermes-boot enter warns of what a container can do without", async () => {
  const host = beforeInit();
  host.disk.putFile("/proc/self/status", "CapEff:\t00000000000000e0\n");
  expect(await hermesBoot(host, "enter", "1")).toEqual({
    code: 0,
    stdout: "fallback\n",
    notes: [
      "warning: Cannot give files of root's on the volume to hermes: the capability CHOWN is missing",
      "  Hint: add --cap-add CHOWN to docker run, or run rootless with --user 10000:10000",
    ],
  });
});

test("hermes-boot boot runs the stages of a part, and none twice", async () => {
  const host = container({ uid: 10_000 });
  expect(await hermesBoot(host, "boot", "setup")).toEqual({ code: 0, stdout: "", notes: [] });
  expect(host.disk.has("/vol/SOUL.md")).toBe(true);
  host.files.removeFile("/vol/SOUL.md");
  expect(await hermesBoot(host, "boot", "setup")).toMatchObject({ code: 0 });
  expect(host.disk.has("/vol/SOUL.md")).toBe(false);
});

test("hermes-boot boot says which stage failed, goes on, and exits 1", async () => {
  const host = container({ environment: { S6_PROFILE_GATEWAY_SCANDIR: "/run/nowhere" } });
  const { code, notes } = await hermesBoot(host, "boot", "reconcile");
  expect(code).toBe(1);
  expect(notes).toEqual([
    "✗ Cannot change services: '/run/nowhere' is no directory",
    "  Hint: leave out S6_PROFILE_GATEWAY_SCANDIR, or name what s6-svscan scans (in the image /run/service)",
  ]);
  host.disk.putDirectory("/run/hermes-boot");
  expect(await hermesBoot(host, "boot", "finish")).toMatchObject({ code: 0 });
  expect(host.disk.has("/run/hermes-boot/booted.json")).toBe(true);
});

test("hermes-boot boot refuses what is no part of the boot", async () => {
  expect(await hermesBoot(container(), "boot", "everything")).toMatchObject({ code: 2 });
});

test("hermes-boot health exits 1 where a gateway that should run is not ready", async () => {
  const host = container();
  expect(await hermesBoot(host, "health")).toMatchObject({
    code: 0,
    stdout: "0 of 0 desired gateways are ready\n",
  });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  expect(await hermesBoot(host, "health")).toMatchObject({
    code: 1,
    stdout: "not ready: default (not-registered)\n",
  });
});

test("hermes-boot reconcile shows some problems of many, and where the others are", async () => {
  const host = container();
  for (let index = 0; index < 20; index += 1) {
    host.disk.putFile(`/vol/profiles/BAD${index}/SOUL.md`, "");
  }
  const { notes } = await hermesBoot(host, "reconcile");
  expect(notes.length).toBe(10);
  expect(notes.at(-2)).toBe("warning: 12 more: see /vol/logs/container-boot.log");
});

test("hermes-boot reconcile --dry-run prints the plan as the log would have it", async () => {
  const host = container();
  const { stdout, notes } = await hermesBoot(host, "reconcile", "--dry-run");
  expect(stdout).toBe(
    "2026-11-20T07:23:05+0000 profile=default prior_state=None action=registered\n",
  );
  expect(notes).toEqual(["reconcile: gateways: 0 started, 1 registered, 0 skipped (planned)"]);
});

test("hermes-boot reconcile --json prints the steps, and nothing else on stdout", async () => {
  const { stdout } = await hermesBoot(container(), "reconcile", "--json");
  expect(JSON.parse(stdout)).toEqual({
    version: 2,
    kind: "steps",
    steps: [
      {
        profile: "default",
        priorState: null,
        desired: null,
        priorExit: null,
        action: "registered",
        reason: null,
      },
    ],
  });
});

test("hermes-boot register and registrar take a profile that exists", async () => {
  for (const words of [
    ["register", "coder"],
    ["registrar", "register", "coder"],
  ]) {
    const host = container();
    host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
    expect(await hermesBoot(host, ...words)).toEqual({ code: 0, stdout: "", notes: [] });
    expect(host.disk.has("/run/service/gateway-coder/down")).toBe(true);
  }
});

test.each([
  [["register", "typo"], 1, "✗ Cannot register gateway 'typo': no such profile"],
  [["unregister", "typo"], 4, "✗ Cannot unregister gateway 'typo': no such gateway"],
  [["unregister", "default"], 1, "✗ Refused: the default gateway is always registered"],
  [["register", "--", "../x"], 2, "✗ Refused: invalid profile name '../x'"],
  [["registrar", "register", "--help"], 2, "✗ Refused: invalid profile name '--help'"],
  [["registrar", "--help"], 2, "✗ Refused: the registrar takes"],
  [["registrar"], 2, "✗ Refused: the registrar takes"],
  [["registrar", "register", "a", "b"], 2, "✗ Refused: the registrar takes"],
])("hermes-boot refuses %j and changes nothing", async (words, code, message) => {
  const host = container();
  const before = host.disk.snapshot();
  const outcome = await hermesBoot(host, ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toStartWith(message);
  expect(host.disk.snapshot()).toEqual(before);
});

test("hermes-boot register as root asks a child that is hermes whether the profile exists", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.table.install("hermes-boot", (args) => ({ exitCode: args.at(-1) === "coder" ? 0 : 1 }));
  expect((await hermesBoot(host, "register", "coder")).code).toBe(0);
  expect((await hermesBoot(host, "register", "typo")).code).toBe(1);
  expect(host.table.commands).toContainEqual([
    "/usr/local/bin/hermes-boot",
    "volume",
    "has",
    "coder",
  ]);
});

test("hermes-boot detect-tui exits 0 for a terminal session, 1 for none", async () => {
  for (const [words, code] of [
    [["--", "--tui"], 0],
    [["--", "chat"], 1],
    [[], 1],
  ] as const) {
    expect((await hermesBoot(container(), "detect-tui", ...words)).code).toBe(code);
  }
});

test("hermes-boot detect-tui looks at the container's command and its terminal", async () => {
  const host = container();
  host.disk.putDirectory("/proc/1");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER] });
  expect((await hermesBoot(host, "detect-tui")).code).toBe(1);
  host.disk.putTerminal("/proc/1/fd/0");
  expect((await hermesBoot(host, "detect-tui")).code).toBe(0);
});

test("hermes-boot main becomes the container's command, as hermes", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  host.disk.putFile("/usr/bin/sleep", "", { mode: 0o755 });
  const main = (...words: readonly string[]) =>
    runCommandLine(host, "hermes-boot", HERMES_BOOT, ["main", ...words]);
  expect(main("--", "sleep", "-p", "infinity")).rejects.toThrow(
    "became /usr/bin/sleep -p infinity",
  );
  expect(host.users.currentUid()).toBe(10_000);
  const became = await main("--", "sleep").catch((error: unknown) => error);
  expect(became instanceof Replaced && became.environment).toMatchObject({
    HERMES_HOME: "/vol",
    HOME: "/opt/data",
  });
  expect(became instanceof Replaced && became.signals).toBe("all");
  expect(main("--")).rejects.toThrow("became /usr/local/bin/hermes");
  expect(main("--", "gateway", "run")).rejects.toThrow(
    "became /usr/local/bin/hermes -p default gateway run",
  );
});

test("hermes-boot main says that a command which only asks for a start ends the container", async () => {
  for (const [words, notes] of [
    [["gateway", "start"], 1],
    [["-p", "coder", "gateway", "restart"], 1],
    [["gateway", "run"], 0],
    [["bash", "-c", "gateway start"], 0],
  ] as const) {
    const host = container();
    host.disk.putFile("/usr/bin/bash", "", { mode: 0o755 });
    await hermesBoot(host, "main", "--", ...words);
    const told = host.notes.filter((line) =>
      /^warning: `gateway (?:re)?start` ends .* the container ends with it: use `gateway run`/.test(
        line,
      ),
    );
    expect({ words, told: told.length }).toEqual({ words, told: notes });
  }
});

test("hermes-boot main does not hand on that the container is a supervised gateway", async () => {
  const sentinels = { HERMES_S6_SUPERVISED_CHILD: "1", HERMES_SUPERVISED_CHILD: "1" };
  const host = container({ uid: 0, users: [HERMES], environment: { ...sentinels, MARK: "x" } });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  const command = ["main", "--", "gateway", "run"];
  const ended = runCommandLine(host, "hermes-boot", HERMES_BOOT, command);
  const became = await ended.catch((error: unknown) => error);
  const environment = became instanceof Replaced ? became.environment : {};
  expect(environment["MARK"]).toBe("x");
  expect(Object.keys(environment).filter((name) => name in sentinels)).toEqual([]);
});

test("hermes-boot main refuses who is neither root nor hermes", async () => {
  const host = container({ uid: 1234, users: [HERMES] });
  const { code, notes } = await hermesBoot(host, "main", "--", "sleep");
  expect(code).toBe(1);
  expect(notes[0]).toStartWith("✗ Cannot run as uid 1234: ");
  expect(notes[1]).toContain("HERMES_UID=1234");
});

test("hermes-boot main never leaves the command to root", async () => {
  const host = container({
    uid: 0,
    users: [HERMES],
    environment: { HERMES_DOCKER_EXEC_AS_ROOT: "1" },
  });
  host.disk.putFile(MAIN_WRAPPER, "");
  host.users.becomeUser = () => {
    throw new Error("EPERM");
  };
  expect(await hermesBoot(host, "main")).toMatchObject({
    code: 1,
    notes: [
      "✗ Cannot drop from root to hermes: EPERM",
      "  Hint: add --cap-add SETUID --cap-add SETGID to docker run",
    ],
  });
});

test("hermes-boot service exits 0 at once if the boot has disabled the service", async () => {
  const host = container();
  host.disk.putFile("/run/service/dashboard/disabled", "");
  expect(await hermesBoot(host, "service", "dashboard")).toMatchObject({ code: 0, stdout: "" });
});

/** What a promise is rejected with. */
function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (error: unknown) => error,
  );
}

test("hermes-boot service becomes the dashboard as hermes, and main-hermes as it is", async () => {
  const host = container({ uid: 0, users: [HERMES] });
  host.disk.putFile(MAIN_WRAPPER, "");
  const become = (name: string) =>
    runCommandLine(host, "hermes-boot", HERMES_BOOT, ["service", name]);
  expect(await caught(become("main-hermes"))).toMatchObject({ command: [MAIN_WRAPPER] });
  expect(host.users.currentUid()).toBe(0);
  expect(await caught(become("dashboard"))).toMatchObject({
    command: ["/usr/local/bin/hermes", "dashboard"],
  });
  expect(host.users.currentUid()).toBe(HERMES.uid);
});

test("hermes-boot service refuses what is no service of the image", async () => {
  expect(await hermesBoot(container(), "service", "gateway-coder")).toMatchObject({ code: 2 });
});

test("hermes-boot service-finish main-hermes ends the container with the program's exit code", async () => {
  const host = container();
  host.disk.putDirectory("/run/s6-linux-init-container-results");
  host.table.install("halt", () => ({}));
  expect(await hermesBoot(host, "service-finish", "main-hermes", "--", "256", "15")).toMatchObject({
    code: 125,
  });
  expect(host.disk.text("/run/s6-linux-init-container-results/exitcode")).toBe("143\n");
  expect(host.table.commands).toContainEqual(["/run/s6/basedir/bin/halt"]);
});

test("hermes-boot health exits 1 where a gateway that should run is not ready", async () => {
  const host = container();
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  expect(await hermesBoot(host, "health")).toEqual({
    code: 1,
    stdout: "not ready: default (not-registered)\n",
    notes: [],
  });
});

test("hermes-boot health expects no gateway beside the dashboard", async () => {
  const host = container();
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "running"}');
  host.disk.putDirectory("/proc/1");
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  expect((await hermesBoot(host, "health")).code).toBe(0);
});

test("hermes-boot volume does each part as hermes, from root", async () => {
  const context = '{"places": 5, "startDefaultIfNew": true, "foreground": null}';
  const host = container({ uid: 0, users: [HERMES], input: [context] });
  const { stdout } = await hermesBoot(host, "volume", "plan");
  expect(JSON.parse(stdout)).toMatchObject([{ profile: "default", action: "started" }]);
  expect(host.users.currentUid()).toBe(10_000);
});

test.each([
  ["plan", "[]"],
  ["log", "{}"],
  ["prepare", "{}"],
])("hermes-boot volume %s refuses what it was not asked to read", async (part, input) => {
  const { code, notes } = await hermesBoot(container({ input: [input] }), "volume", part);
  expect(code).toBe(1);
  expect(notes).toEqual(["✗ Cannot read stdin: it is not what was asked for"]);
});

test("hermes-boot volume log, seed and has do their part", async () => {
  const steps = renderSteps([
    {
      profile: "coder",
      priorState: null,
      desired: null,
      priorExit: null,
      action: "registered",
      reason: null,
    },
  ]);
  const host = container({ input: [steps] });
  await hermesBoot(host, "volume", "log");
  expect(host.disk.text("/vol/logs/container-boot.log")).toContain("profile=coder");
  await hermesBoot(host, "volume", "seed");
  expect(host.disk.has("/vol/SOUL.md")).toBe(true);
  expect((await hermesBoot(host, "volume", "has", "coder")).code).toBe(1);
  host.disk.putFile("/vol/profiles/coder/SOUL.md", "");
  expect((await hermesBoot(host, "volume", "has", "coder")).code).toBe(0);
  expect((await hermesBoot(host, "volume", "frob")).code).toBe(2);
});

test("hermes-boot check is ready only for the supervised process that says so", async () => {
  const host = container({ environment: { HERMES_HOME: "/vol", HERMES_S6_SUPERVISED_PID: "50" } });
  host.disk.putDirectory("/run/hermes");
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
  host.table.start(50);
  host.disk.putFile("/vol/gateway_state.json", '{"gateway_state": "running", "pid": 50}');
  expect((await hermesBoot(host, "check", "default")).code).toBe(0);
  delete host.environment["HERMES_S6_SUPERVISED_PID"];
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
  host.environment["HERMES_S6_SUPERVISED_PID"] = "1";
  host.table.start(1);
  host.disk.putFile("/vol/gateway_state.json", '{"gateway_state": "running", "pid": 1}');
  expect((await hermesBoot(host, "check", "default")).code).toBe(1);
});

test("hermes-boot log becomes s6-log, which outlives a SIGTERM to everybody", async () => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  const log = runCommandLine(host, "hermes-boot", HERMES_BOOT, ["log", "coder"]);
  const programs = { log: "/command/s6-log", softLimit: "/command/s6-softlimit" };
  const words = logCommand(programs, "/vol/logs/gateways/coder").join(" ");
  expect(log).rejects.toThrow(`became ${words}`);
  await log.catch(() => undefined);
  expect(words).toContain("/command/s6-log -qp -- ");
  expect(host.disk.has("/run/hermes/gateway-coder.log.up")).toBe(true);
});

test("hermes-boot before-start prints the seconds to wait", async () => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.table.start(50);
  expect(await hermesBoot(host, "before-start", "coder", "50")).toEqual({
    code: 0,
    stdout: "0\n",
    notes: [],
  });
  writeExitRecord(host, profileName("coder"), {
    ...EMPTY_RECORD,
    backoffUntil: TEST_UPTIME + 1500,
  });
  expect((await hermesBoot(host, "before-start", "coder", "50")).stdout).toBe("1.5\n");
});

test.each([
  [["0", "0", "50"], 125, "finished on purpose (exit code 0)"],
  [["78", "0", "50"], 125, "cannot run with this configuration (exit code 78)"],
  [["1", "0", "50"], 0, "crashed with exit code 1"],
  [["256", "9", "50"], 0, "crashed with signal 9"],
  [["256", "9", "-1"], 0, "crashed with signal 9"],
  [["1", "0", ""], 0, "crashed with exit code 1"],
  [["1", "0"], 0, "crashed with exit code 1"],
])("hermes-boot finish coder %j exits %d", async (words, code, reason) => {
  const host = container();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putDirectory("/vol/profiles/coder");
  const outcome = await hermesBoot(host, "finish", "coder", "--", ...words);
  expect(outcome.code).toBe(code);
  expect(outcome.notes[0]).toContain(reason);
});
