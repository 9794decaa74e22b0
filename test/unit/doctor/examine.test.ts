import { expect, test } from "bun:test";
import { MAIN_WRAPPER } from "../../../src/core/image.ts";
import { examine, mend } from "../../../src/doctor/examine.ts";
import { EMPTY_RECORD, writeExitRecord } from "../../../src/gateway/record/exit-record.ts";
import { writeLoggerTrouble } from "../../../src/gateway/record/logger-trouble.ts";
import { createAgentDiagnosis } from "../../../src/agent/diagnosis.ts";
import { createGateways } from "../../../src/gateway/gateways.ts";
import { createNoServiceManager } from "../../../src/services/none/manager.ts";
import { createS6Manager } from "../../../src/services/s6/manager.ts";
import { profileName } from "../../support/names.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";
import { installS6, type FakeService } from "../../support/fake-s6.ts";

const DIRECTORIES = ["cron", "logs", "memories", "sessions", "skills", "workspace"];
const PATH = "/usr/bin:/run/hermes-alias";
const READY: Partial<FakeService> = { up: true, wantedUp: true, ready: true, pid: 5 };

/** A container in which all is well: `default` and `coder`, of which the second runs. */
function healthy(options: FakeHostOptions = {}) {
  const host = new FakeHost({
    users: [HERMES],
    ...options,
    environment: { PATH, ...options.environment },
  });
  const { disk } = host;
  disk.creator = { uid: HERMES.uid, gid: HERMES.gid };
  const s6 = installS6(host);
  for (const directory of ["/vol", "/vol/profiles/coder"]) {
    for (const name of DIRECTORIES) disk.putDirectory(`${directory}/${name}`);
    disk.putFile(`${directory}/SOUL.md`, "");
  }
  disk.putDirectory("/vol/logs/gateways/coder");
  disk.putFile("/vol/logs/gateways/coder/current", "");
  disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "running"}');
  disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  disk.putLink("/run/hermes-alias/coder", "/usr/local/bin/hermes");
  disk.putDirectory("/run/hermes");
  disk.putFile("/run/s6/container_environment/S6_KILL_FINISH_MAXTIME", "8000\n");
  disk.putFile("/run/s6/container_environment/S6_KILL_GRACETIME", "300\n");
  const slot = (name: string, service: Partial<FakeService>) => {
    disk.putDirectory(`/run/service/gateway-${name}/log`);
    if (service.up === true) s6.supervise(`/run/service/gateway-${name}/log`, READY);
    return s6.supervise(`/run/service/gateway-${name}`, service);
  };
  slot("default", {});
  const coder = slot("coder", READY);
  disk.putFile("/run/service/dashboard/disabled", "");
  s6.supervise("/run/service/dashboard");
  const examineAll = () =>
    examine({
      host,
      root: "/vol",
      agent: createAgentDiagnosis(host),
      gateways: createGateways(host, "/vol", createS6Manager(host)),
    });
  const look = async () => (await examineAll()).findings;
  const troubles = async () => (await look()).filter(({ severity }) => severity !== "ok");
  return { host, disk, s6, slot, coder, examineAll, look, troubles };
}

test("examine() finds nothing wrong if all is well, and says what it looked at", async () => {
  const { look } = healthy();
  const findings = await look();
  expect(findings.filter(({ severity }) => severity !== "ok")).toEqual([]);
  expect(Object.fromEntries(findings.map(({ check, message }) => [check, message]))).toEqual({
    boot: "the container has booted",
    services: "dashboard down (HERMES_DASHBOARD is off)",
    gateways: "1 of 2 gateways are to run, and each is what is wanted",
    "state-files": "every gateway_state.json can be read",
    "failed-boots": "the last boot found no gateway that had failed to start",
    "s6-limit": "6 of 1000 services are in use: room for 497 more gateways",
    slots: "each of 2 profiles has a slot, and each slot a profile",
    loggers: "each gateway that has a process has one (1)",
    aliases: "each profile with a name of its own is a command (1)",
    writable: "/vol takes what is written",
    disk: "4768 MiB and 1000000 files are free on /vol",
    ownership: "19 files and directories have the right owner and mode",
    directories: "all 14 are there",
    profiles: "2 profiles, and nothing else among them",
    logs: "every log can be written",
    configuration: "the config.yaml of 2 profiles can be used",
    ports: "0 ports wanted, none twice",
    "stop-budget": "a stop takes at most 7800 of the engine's 10000 ms",
  });
});

test("examine() counts the gateways that are up, whatever is wrong with the others", async () => {
  const { host, slot, examineAll } = healthy();
  slot("down", { up: false, wantedUp: true });
  host.disk.putFile("/vol/profiles/down/SOUL.md", "");
  expect(await examineAll()).toMatchObject({
    manager: "s6 (container supervisor)",
    gateways: { up: ["coder"], total: 3 },
  });
});

type World = ReturnType<typeof healthy>;

/** What breaks, which check says so, and how bad that is. */
const BROKEN: readonly (readonly [
  string,
  (world: World) => void,
  {
    readonly check: string;
    readonly severity: "problem" | "warning";
    readonly message: string | RegExp;
  },
])[] = [
  [
    "a container that still boots",
    ({ disk, host }) => {
      disk.putFile(MAIN_WRAPPER, "");
      host.table.start(1, { argv: ["s6-svscan"], command: "s6-svscan" });
    },
    { check: "boot", severity: "problem", message: "the container is still booting" },
  ],
  [
    "a service that ended",
    ({ disk, s6 }) => {
      disk.removeForTest("/run/service/dashboard/disabled");
      s6.supervise("/run/service/dashboard", { exitCode: 78 });
    },
    {
      check: "services",
      severity: "problem",
      message: "the service 'dashboard' is down: its settings are invalid (exit code 78)",
    },
  ],
  [
    "a service that hermes may not ask about",
    ({ s6 }) => {
      s6.supervise("/run/service/dashboard", { broken: "s6-svstat: fatal: Permission denied" });
    },
    {
      check: "services",
      severity: "warning",
      message:
        "the state of the service 'dashboard' is not known: hermes may not ask s6: the container lacks the capability CHOWN",
    },
  ],
  [
    "a gateway that is down although it is wanted",
    ({ coder }) => void Object.assign(coder, { up: false, wantedUp: false, ready: false }),
    { check: "gateways", severity: "problem", message: "gateway 'coder' should run, but is down" },
  ],
  [
    "a gateway that does not get ready",
    ({ coder }) => void Object.assign(coder, { ready: false, secondsInState: 90 }),
    {
      check: "gateways",
      severity: "problem",
      message: "gateway 'coder' has been starting for 1m, and is not ready",
    },
  ],
  [
    "a gateway that is up although an operator stopped it",
    ({ disk }) =>
      disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "stopped"}'),
    {
      check: "gateways",
      severity: "problem",
      message: "gateway 'coder' should be stopped, but s6 keeps it up",
    },
  ],
  [
    "a parked gateway",
    ({ host, coder }) => {
      Object.assign(coder, { up: false, wantedUp: false, ready: false });
      writeExitRecord(host, profileName("coder"), {
        ...EMPTY_RECORD,
        parkedReason: "crashed 8 times",
      });
    },
    {
      check: "gateways",
      severity: "problem",
      message: "gateway 'coder' is kept down: crashed 8 times",
    },
  ],
  [
    "a gateway that cannot be asked",
    ({ coder }) => void Object.assign(coder, { broken: "s6-svstat: fatal: no" }),
    {
      check: "gateways",
      severity: "problem",
      message: /^the state of gateway 'coder' cannot be read: /,
    },
  ],
  [
    "a gateway that waits after crashes",
    ({ host, coder }) => {
      Object.assign(coder, { ready: false });
      const now = host.clock.uptime();
      writeExitRecord(host, profileName("coder"), {
        ...EMPTY_RECORD,
        backoffUntil: now + 5000,
        crashes: [now],
      });
    },
    {
      check: "gateways",
      severity: "problem",
      message: /^gateway 'coder' crashes \(backoff\): 5 s after 1 crash/,
    },
  ],
  [
    "a gateway that starts again after a crash",
    ({ host, coder }) => {
      Object.assign(coder, { ready: false });
      const crashes = [host.clock.uptime()];
      writeExitRecord(host, profileName("coder"), { ...EMPTY_RECORD, crashes });
    },
    {
      check: "gateways",
      severity: "problem",
      message: "gateway 'coder' crashes (starting): after 1 crash: unknown",
    },
  ],
  [
    "a gateway that is ready again after a crash",
    ({ host }) => {
      const crashes = [host.clock.uptime() - 300_000];
      writeExitRecord(host, profileName("coder"), { ...EMPTY_RECORD, crashes });
    },
    {
      check: "gateways",
      severity: "warning",
      message: "gateway 'coder' is ready, and crashed 1 time in the last ten minutes",
    },
  ],
  [
    "a gateway that is degraded",
    ({ disk }) =>
      disk.putFile(
        "/vol/profiles/coder/gateway_state.json",
        '{"desired_state": "running", "gateway_state": "degraded", "exit_reason": "no model"}',
      ),
    {
      check: "gateways",
      severity: "warning",
      message: "gateway 'coder' is ready; it reports that it is degraded: no model",
    },
  ],
  [
    "a state file that is none",
    ({ disk }) => disk.putFile("/vol/profiles/coder/gateway_state.json", "{"),
    {
      check: "state-files",
      severity: "problem",
      message: "profile 'coder': state file is not JSON",
    },
  ],
  [
    "a state file with a wrong value beside what is wanted",
    ({ disk }) =>
      disk.putFile(
        "/vol/profiles/coder/gateway_state.json",
        '{"desired_state": "running", "pid": "123"}',
      ),
    {
      check: "state-files",
      severity: "warning",
      message: "profile 'coder': state file has an invalid pid",
    },
  ],
  [
    "a state file that says nothing known of what is wanted",
    ({ disk }) =>
      disk.putFile("/vol/profiles/coder/gateway_state.json", '{"desired_state": "Running"}'),
    {
      check: "state-files",
      severity: "problem",
      message: "profile 'coder': state file has an invalid desired_state",
    },
  ],
  [
    "a gateway.pid with a wrong value",
    ({ disk }) => disk.putFile("/vol/gateway.pid", '{"pid": 12, "start_time": "soon"}'),
    {
      check: "state-files",
      severity: "warning",
      message: "profile 'default': gateway.pid has an invalid start_time",
    },
  ],
  [
    "a history of exits with a wrong value",
    ({ disk }) =>
      disk.putFile(
        "/vol/gateway_exits.json",
        '{"version": 1, "exits": [{"at": 1, "code": "x"}, 7]}',
      ),
    {
      check: "state-files",
      severity: "warning",
      message: "profile 'default': gateway_exits.json has an invalid code, entry",
    },
  ],
  [
    "a record of exits with a wrong value",
    ({ disk }) =>
      disk.putFile(
        "/run/hermes/gateway-coder.exits.json",
        JSON.stringify({ ...EMPTY_RECORD, crashes: ["x"], restarts: -1 }),
      ),
    {
      check: "state-files",
      severity: "warning",
      message: "profile 'coder': gateway-coder.exits.json has an invalid crashes, restarts",
    },
  ],
  [
    "two boots that found a failure",
    ({ disk }) =>
      disk.putFile(
        "/vol/logs/container-boot.log",
        "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n".repeat(
          2,
        ),
      ),
    {
      check: "failed-boots",
      severity: "problem",
      message: "2 boots in a row found that gateway 'coder' had failed to start",
    },
  ],
  [
    "one boot that found a failure",
    ({ disk }) =>
      disk.putFile(
        "/vol/logs/container-boot.log",
        "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n",
      ),
    {
      check: "failed-boots",
      severity: "warning",
      message: "1 boot found that gateway 'coder' had failed to start",
    },
  ],
  [
    "a full scan directory",
    ({ disk }) => {
      for (let index = 0; index < 994; index += 1) disk.putDirectory(`/run/service/other-${index}`);
    },
    {
      check: "s6-limit",
      severity: "problem",
      message: "1000 of 1000 services are in use: room for 0 more gateways",
    },
  ],
  [
    "a scan directory that is almost full",
    ({ disk }) => {
      for (let index = 0; index < 979; index += 1) disk.putDirectory(`/run/service/other-${index}`);
    },
    { check: "s6-limit", severity: "warning", message: /room for 7 more gateways$/ },
  ],
  [
    "a profile without a slot",
    ({ disk, s6 }) => {
      s6.services.delete("/run/service/gateway-default");
      disk.removeForTest("/run/service/gateway-default");
    },
    { check: "slots", severity: "problem", message: "profile 'default' has no slot" },
  ],
  [
    "a slot without a profile",
    ({ slot }) => void slot("gone", {}),
    {
      check: "slots",
      severity: "problem",
      message: "gateway 'gone' has a slot, but its profile is gone",
    },
  ],
  [
    "a logger that is down",
    ({ s6 }) => {
      s6.supervise("/run/service/gateway-coder/log", {});
    },
    { check: "loggers", severity: "problem", message: "the logger of gateway 'coder' is down" },
  ],
  [
    "a profile without its alias",
    ({ disk }) => disk.removeForTest("/run/hermes-alias/coder"),
    { check: "aliases", severity: "warning", message: "profile 'coder' has no alias" },
  ],
  [
    "a profile that is named like a program",
    ({ disk }) => {
      disk.removeForTest("/run/hermes-alias/coder");
      disk.putFile("/usr/bin/coder", "", { mode: 0o755 });
    },
    {
      check: "aliases",
      severity: "warning",
      message: "profile 'coder' has no alias: /usr/bin/coder is a program",
    },
  ],
  [
    "a PATH without aliases",
    ({ host }) => {
      host.environment["PATH"] = "/usr/bin";
    },
    {
      check: "aliases",
      severity: "warning",
      message: "PATH does not have the directory of the aliases of coder",
    },
  ],
  [
    "a volume that takes nothing",
    ({ disk }) => disk.fail("/vol", "write", "EROFS"),
    {
      check: "writable",
      severity: "problem",
      message: "/vol cannot be written to: read-only file system",
    },
  ],
  [
    "a full disk",
    ({ disk }) => {
      disk.space = { freeBytes: 1_048_576, totalBytes: 1e10, freeFiles: 1e6 };
    },
    { check: "disk", severity: "problem", message: "1 MiB and 1000000 files are free on /vol" },
  ],
  [
    "a disk that is filling up",
    ({ disk }) => {
      disk.space = { freeBytes: 2e8, totalBytes: 1e10, freeFiles: 1e6 };
    },
    { check: "disk", severity: "warning", message: "190 MiB and 1000000 files are free on /vol" },
  ],
  [
    "a small disk that is full",
    ({ disk }) => {
      disk.space = { freeBytes: 1_500_000, totalBytes: 8e6, freeFiles: 1e6 };
    },
    { check: "disk", severity: "problem", message: "1 MiB and 1000000 files are free on /vol" },
  ],
  [
    "a disk without inodes",
    ({ disk }) => {
      disk.space = { freeBytes: 5e9, totalBytes: 1e10, freeFiles: 3 };
    },
    { check: "disk", severity: "problem", message: "4768 MiB and 3 files are free on /vol" },
  ],
  [
    "a file of root's",
    ({ disk }) => disk.putFile("/vol/profiles/coder/config.yaml", "", { uid: 0 }),
    {
      check: "ownership",
      severity: "problem",
      message: "not hermes's, but of uid 0: /vol/profiles/coder/config.yaml",
    },
  ],
  [
    "a directory that its owner may not use",
    ({ disk }) => disk.putDirectory("/vol/profiles/coder/sessions", { mode: 0o500 }),
    {
      check: "ownership",
      severity: "problem",
      message: "closed to their own owner: /vol/profiles/coder/sessions (0500)",
    },
  ],
  [
    "secrets that others may read",
    ({ disk }) => disk.putFile("/vol/.env", "KEY=x", { mode: 0o644 }),
    {
      check: "ownership",
      severity: "warning",
      message: "secrets that others may read: /vol/.env (0644)",
    },
  ],
  [
    "a config.yaml with a key that others may read",
    ({ disk }) =>
      disk.putFile("/vol/config.yaml", "model:\n  api_key: sk-12345678\n", { mode: 0o644 }),
    {
      check: "ownership",
      severity: "warning",
      message: "secrets that others may read: /vol/config.yaml (0644)",
    },
  ],
  [
    "a directory that is missing",
    ({ disk }) => disk.removeForTest("/vol/profiles/coder/skills"),
    { check: "directories", severity: "warning", message: "missing in 1 profile: coder (skills)" },
  ],
  [
    "a directory in whose place there is a dangling link",
    ({ disk }) => {
      disk.removeForTest("/vol/profiles/coder/skills");
      disk.putLink("/vol/profiles/coder/skills", "/nowhere");
    },
    {
      check: "directories",
      severity: "warning",
      message: "something else stands in their place in 1 profile: coder (skills)",
    },
  ],
  [
    "a directory that is no profile",
    ({ disk }) => disk.putDirectory("/vol/profiles/notes"),
    {
      check: "profiles",
      severity: "warning",
      message: "profiles/notes is no profile: it has no SOUL.md",
    },
  ],
  [
    "a profile that is closed to us",
    ({ disk }) => disk.fail("/vol/profiles/coder", "read", "EACCES"),
    {
      check: "profiles",
      severity: "problem",
      message: "/vol/profiles/coder cannot be read: permission denied",
    },
  ],
  [
    "a name that no profile may have",
    ({ disk }) => disk.putDirectory("/vol/profiles/Bad\u001bName"),
    {
      check: "profiles",
      severity: "warning",
      message: /^profiles\/Bad\\u001bName is no profile: names are/,
    },
  ],
  [
    "a profile called default",
    ({ disk }) => disk.putFile("/vol/profiles/default/SOUL.md", ""),
    {
      check: "profiles",
      severity: "warning",
      message: "profiles/default is no profile: the default profile is the volume itself",
    },
  ],
  [
    "a profile whose SOUL.md is a directory",
    ({ disk }) => disk.putDirectory("/vol/profiles/odd/SOUL.md"),
    {
      check: "profiles",
      severity: "problem",
      message: "profile 'odd' cannot be used: its SOUL.md is a directory",
    },
  ],
  [
    "a profile that is a link into nowhere",
    ({ disk }) => disk.putLink("/vol/profiles/odd", "/nowhere"),
    {
      check: "profiles",
      severity: "problem",
      message: "profile 'odd' cannot be used: it is a link that leads nowhere",
    },
  ],
  [
    "a name that is not UTF-8",
    ({ disk }) => disk.putUndecodable("/vol/profiles", "caf%E9", ".x%E9"),
    {
      check: "profiles",
      severity: "warning",
      message: "profiles/caf%E9 is no profile: its name is not UTF-8",
    },
  ],
  [
    "a log that is a link",
    ({ disk }) => {
      disk.removeForTest("/vol/logs/gateways/coder/current");
      disk.putLink("/vol/logs/gateways/coder/current", "/etc/shadow");
    },
    {
      check: "logs",
      severity: "problem",
      message:
        "the log of gateway 'coder', /vol/logs/gateways/coder, has a file 'current' that cannot be read: is a link",
    },
  ],
  [
    "a log that takes nothing",
    ({ disk }) => disk.fail("/vol/logs/gateways/coder", "write", "EACCES"),
    {
      check: "logs",
      severity: "problem",
      message: "the log of gateway 'coder', /vol/logs/gateways/coder, may not be written to",
    },
  ],
  [
    "a log whose lock is somebody else's",
    ({ disk }) => {
      disk.putFile("/vol/logs/gateways/coder/lock", "");
      disk.fail("/vol/logs/gateways/coder/lock", "write", "EACCES");
    },
    {
      check: "logs",
      severity: "problem",
      message:
        "the log of gateway 'coder', /vol/logs/gateways/coder, has a file 'lock' that may not be written to",
    },
  ],
  [
    "a logger that is kept from the volume",
    ({ host }) =>
      writeLoggerTrouble(host, profileName("coder"), {
        since: "2026-11-20T07:23:05.000Z",
        volume: "/vol/logs/gateways/coder: no space left on device",
        output: null,
        missingOnVolume: 7,
        missingOnOutput: 0,
      }),
    {
      check: "logs",
      severity: "problem",
      message:
        "the log of gateway 'coder' is not complete: lines go to the container's output only: /vol/logs/gateways/coder: no space left on device; 7 lines dropped for the volume",
    },
  ],
  [
    "a folder of logs that takes nothing",
    ({ disk }) => disk.fail("/vol/logs/gateways", "write", "EACCES"),
    {
      check: "logs",
      severity: "problem",
      message: "/vol/logs/gateways may not be written to",
    },
  ],
  [
    "a file in the place of the logs",
    ({ disk }) => {
      disk.removeForTest("/vol/logs/gateways");
      disk.putFile("/vol/logs/gateways", "");
    },
    { check: "logs", severity: "problem", message: "/vol/logs/gateways is not a directory" },
  ],
  [
    "a log of events that cannot be read",
    ({ disk }) => disk.putDirectory("/vol/logs/gateway-events.log"),
    {
      check: "logs",
      severity: "problem",
      message: "/vol/logs/gateway-events.log cannot be read: is not a regular file",
    },
  ],
  [
    "a log of boots that takes nothing",
    ({ disk }) => {
      disk.putFile("/vol/logs/container-boot.log", "");
      disk.fail("/vol/logs/container-boot.log", "write", "EACCES");
    },
    {
      check: "logs",
      severity: "problem",
      message: "/vol/logs/container-boot.log may not be written to",
    },
  ],
  [
    "a configuration that is none",
    ({ disk }) => disk.putFile("/vol/profiles/coder/config.yaml", "gateway:\n  port: many\n"),
    {
      check: "configuration",
      severity: "problem",
      message: /^Cannot use \/vol\/profiles\/coder\/config.yaml: line 2: gateway.port /,
    },
  ],
  [
    "a SOUL.md of the root profile that is a directory",
    ({ disk }) => {
      disk.removeForTest("/vol/SOUL.md");
      disk.putDirectory("/vol/SOUL.md");
    },
    {
      check: "configuration",
      severity: "problem",
      message: "Cannot use /vol/SOUL.md: is a directory",
    },
  ],
  [
    "a key that nobody knows",
    ({ disk }) => disk.putFile("/vol/config.yaml", "modle:\n  name: x\n"),
    {
      check: "configuration",
      severity: "warning",
      message: "/vol/config.yaml, line 1: unknown key 'modle'",
    },
  ],
  [
    "a port that two gateways want",
    ({ disk }) => {
      disk.putFile("/vol/config.yaml", "gateway:\n  port: 8642\n");
      disk.putFile(
        "/vol/profiles/coder/config.yaml",
        'gateway:\n  port: 8642\n  host: "0.0.0.0"\n  token: "secretsecretsecret"\n',
      );
    },
    {
      check: "ports",
      severity: "problem",
      message: "gateway 'default' and gateway 'coder' both want port 8642",
    },
  ],
  [
    "a port that the dashboard wants, too",
    ({ host, disk }) => {
      host.environment["HERMES_DASHBOARD"] = "1";
      disk.putFile("/vol/config.yaml", "gateway:\n  port: 9119\n");
    },
    {
      check: "ports",
      severity: "problem",
      message: "the dashboard and gateway 'default' both want port 9119",
    },
  ],
  [
    "a dashboard without a port",
    ({ host }) => {
      host.environment["HERMES_DASHBOARD"] = "1";
      host.environment["HERMES_DASHBOARD_PORT"] = "no";
    },
    {
      check: "dashboard",
      severity: "problem",
      message: 'HERMES_DASHBOARD_PORT="no" is not a port',
    },
  ],
  [
    "an init that cuts gateways off",
    ({ disk }) => disk.putFile("/run/s6/container_environment/S6_KILL_FINISH_MAXTIME", "3000"),
    {
      check: "stop-budget",
      severity: "problem",
      message: /^S6_KILL_FINISH_MAXTIME=3000 cuts gateways off/,
    },
  ],
  [
    "an init that waits longer than the engine",
    ({ disk }) => disk.putFile("/run/s6/container_environment/S6_KILL_GRACETIME", "3000"),
    {
      check: "stop-budget",
      severity: "problem",
      message: "S6_KILL_GRACETIME=3000 makes a stop take up to 10500 ms",
    },
  ],
];

test.each(BROKEN)("examine() finds %s", async (_, breakIt, { check, severity, message }) => {
  const world = healthy();
  breakIt(world);
  const mine = (await world.troubles()).filter((finding) => finding.check === check);
  expect(mine).toMatchObject([{ severity }]);
  if (typeof message === "string") expect(mine[0]?.message).toBe(message);
  else expect(mine[0]?.message).toMatch(message);
  const [finding] = mine;
  if (finding === undefined || finding.severity === "ok") throw new Error("no trouble");
  expect(finding.cause).not.toBe("");
  expect(finding.remedy).not.toBe("");
});

test.each([
  [
    "profiles/default without SOUL.md, where the agent keeps its pairings",
    (world: World) => {
      world.disk.putFile("/vol/profiles/default/pairing/telegram.json", "{}");
    },
  ],
  [
    "a .env and a config.yaml that an operator opened to a group",
    ({ disk }: World) => {
      disk.putFile("/vol/.env", "KEY=x", { mode: 0o660 });
      disk.putFile("/vol/config.yaml", "model:\n  api_key: sk-12345678\n", { mode: 0o640 });
    },
  ],
  [
    "a config.yaml that names variables only",
    ({ host, disk }: World) => {
      host.environment["KEY"] = "sk-12345678";
      disk.putFile("/vol/config.yaml", "model:\n  api_key: ${KEY}\n", { mode: 0o644 });
    },
  ],
  [
    "a .env that is a link to what an orchestrator mounts",
    ({ disk }: World) => {
      disk.putFile("/secrets/..data/.env", "KEY=x", { mode: 0o644, uid: 0 });
      disk.putLink("/vol/.env", "/secrets/..data/.env");
    },
  ],
  [
    "a profile that is a link to a directory elsewhere",
    ({ disk, slot }: World) => {
      for (const name of DIRECTORIES) disk.putDirectory(`/vol/profiles/linked/${name}`);
      disk.putFile("/vol/profiles/linked/SOUL.md", "");
      disk.putLink("/run/hermes-alias/linked", "/usr/local/bin/hermes");
      slot("linked", {});
    },
  ],
] as const)("examine() finds nothing wrong with %s", async (_, prepare) => {
  const world = healthy();
  prepare(world);
  expect(await world.troubles()).toEqual([]);
});

test("every check has been seen to fail", async () => {
  const broken = new Set(BROKEN.map(([, , { check }]) => check));
  const { look } = healthy({ environment: { HERMES_DASHBOARD: "1" } });
  const all = new Set((await look()).map(({ check }) => check));
  expect([...all].filter((check) => !broken.has(check))).toEqual([]);
});

test("examine() checks nothing but the boot before that is over: what is missing may come", async () => {
  const world = healthy();
  world.host.disk.putFile("/vol/profiles/late/SOUL.md", "");
  world.disk.putFile(MAIN_WRAPPER, "");
  world.host.table.start(1, { argv: ["s6-svscan"], command: "s6-svscan" });
  expect((await world.look()).map(({ check }) => check)).toEqual(["boot"]);
});

test("examine() leaves out what makes no sense without a service manager", async () => {
  const { host } = healthy();
  const { findings } = await examine({
    host,
    root: "/vol",
    agent: createAgentDiagnosis(host),
    gateways: createGateways(host, "/vol", createNoServiceManager()),
  });
  expect([...new Set(findings.map(({ check }) => check))].toSorted()).toEqual([
    "configuration",
    "directories",
    "disk",
    "ownership",
    "ports",
    "profiles",
    "state-files",
    "writable",
  ]);
});

test("examine() asks nothing of gateways if the container's command is the dashboard", async () => {
  const { host, s6, disk, troubles } = healthy();
  s6.services.delete("/run/service/gateway-coder");
  disk.removeForTest("/run/service/gateway-coder");
  expect(await troubles()).toMatchObject([{ check: "slots" }]);
  host.table.start(1, { argv: ["/init", MAIN_WRAPPER, "dashboard"] });
  host.disk.putDirectory("/proc/1");
  expect(await troubles()).toEqual([]);
});

test("examine() lets everybody have a port of their own, and an address of their own", async () => {
  const { disk, troubles } = healthy({ environment: { HERMES_DASHBOARD: "1" } });
  disk.putFile("/vol/config.yaml", "gateway:\n  port: 8642\n");
  disk.putFile("/vol/profiles/coder/config.yaml", "gateway:\n  port: 8643\n");
  expect((await troubles()).filter(({ check }) => check === "ports")).toEqual([]);
});

test("examine() has what is worst first", async () => {
  const { disk, look } = healthy();
  disk.putDirectory("/vol/profiles/notes");
  disk.putFile("/vol/profiles/coder/gateway_state.json", "{");
  const severities = (await look()).map(({ severity }) => severity);
  expect(severities.slice(0, 3)).toEqual(["problem", "warning", "ok"]);
});

test("examine() takes what an installed agent cannot use for what it is: the agent's business", async () => {
  const { disk, troubles } = healthy({ environment: { HERMES_AGENT: "/opt/agent" } });
  disk.putFile("/opt/agent", "", { mode: 0o755 });
  disk.putFile("/vol/config.yaml", "modle:\n  name: x\n");
  expect(await troubles()).toEqual([]);
  disk.putFile("/vol/config.yaml", "gateway:\n  port: many\n");
  expect(await troubles()).toMatchObject([{ check: "configuration", severity: "warning" }]);
});

/** Breaks, mends, looks again. */
async function breakAndMend(breakIt: (world: World) => void) {
  const world = healthy();
  breakIt(world);
  const outcomes = await mend(world.host, await world.look());
  return { world, outcomes, left: await world.troubles() };
}

test.each([
  [
    "a profile without a slot",
    ({ disk, s6 }: World) => {
      s6.services.delete("/run/service/gateway-default");
      disk.removeForTest("/run/service/gateway-default");
    },
    "registered gateway 'default', down",
  ],
  [
    "a slot without a profile",
    ({ slot }: World) => void slot("gone", {}),
    "removed the slot of gateway 'gone'",
  ],
  [
    "a logger that is down",
    ({ s6 }: World) => void s6.supervise("/run/service/gateway-coder/log", {}),
    "started the logger of gateway 'coder'",
  ],
  [
    "a profile without its alias",
    ({ disk }: World) => disk.removeForTest("/run/hermes-alias/coder"),
    "made the alias 'coder'",
  ],
  [
    "a mode",
    ({ disk }: World) => disk.putDirectory("/vol/profiles/coder/sessions", { mode: 0o500 }),
    "opened to their owner: /vol/profiles/coder/sessions",
  ],
  [
    "secrets that others may read",
    ({ disk }: World) => disk.putFile("/vol/.env", "KEY=x", { mode: 0o644 }),
    "closed to others: /vol/.env",
  ],
  [
    "a directory that is missing",
    ({ disk }: World) => disk.removeForTest("/vol/profiles/coder/skills"),
    "made 1 directory: coder (skills)",
  ],
])("mend() mends %s", async (_, breakIt, action) => {
  const { outcomes, left } = await breakAndMend(breakIt);
  expect(outcomes).toMatchObject([{ action, error: null }]);
  expect(left).toEqual([]);
});

test("mend() leaves alone what a user has to decide", async () => {
  const { outcomes, left } = await breakAndMend(({ slot, disk, coder }) => {
    slot("runs", READY);
    disk.putDirectory("/vol/profiles/half");
    slot("half", {});
    Object.assign(coder, { up: false, wantedUp: false, ready: false });
  });
  expect(outcomes).toEqual([]);
  expect(left.filter(({ check }) => check === "slots")).toHaveLength(2);
});

test("mend() takes no slot away if the directory of the profiles cannot be read", async () => {
  const closed = await breakAndMend(({ disk, slot }) => {
    slot("other", {});
    disk.fail("/vol/profiles", "read", "EACCES");
  });
  expect(closed.outcomes).toEqual([]);
  expect(
    closed.left.filter(({ check }) => check === "slots" || check === "profiles"),
  ).toMatchObject([
    { check: "profiles", message: "/vol/profiles cannot be read: permission denied" },
  ]);
});

test("mend() makes nothing on hermes' volume as root", async () => {
  const { host, disk, look } = healthy({ uid: 0 });
  disk.removeForTest("/vol/cron");
  expect(await mend(host, await look())).toEqual([]);
  expect(disk.has("/vol/cron")).toBe(false);
});

test.each([
  ["/vol/.env", null, "put a file there that can be read"],
  ["/vol/config.yaml", "model: [\n", "correct that line"],
] as const)("examine() says what to do about settings in %s", async (path, content, remedy) => {
  const { disk, look } = healthy();
  if (content === null) disk.putLink(path, "/run/secrets/env");
  else disk.putFile(path, content);
  expect((await look()).find(({ check }) => check === "configuration")).toMatchObject({ remedy });
});

test.each([
  ["ENOSPC", "make room on the volume"],
  ["EROFS", "mount the volume read-write"],
  ["EACCES", expect.stringContaining("give the volume to hermes")],
])("examine() says what to do about a volume that fails with %s", async (code, remedy: unknown) => {
  const { disk, look } = healthy();
  disk.fail("/vol", "write", code);
  expect((await look()).find(({ check }) => check === "writable")).toMatchObject({ remedy });
});

test("mend() goes on past what cannot be mended, and says why", async () => {
  const { outcomes, world } = await breakAndMend(({ disk }) => {
    disk.removeForTest("/vol/cron");
    disk.removeForTest("/vol/profiles/coder/cron");
    disk.fail("/vol/cron", "write", "ENOSPC");
    disk.putFile("/vol/.env", "KEY=x", { mode: 0o644 });
  });
  expect(outcomes).toMatchObject([
    { action: "closed to others: /vol/.env", error: null },
    {
      action: "made 2 directories: default (cron), coder (cron)",
      error: "no space left on device",
    },
  ]);
  expect(world.disk.has("/vol/profiles/coder/cron")).toBe(true);
});

test("examine() does not advise a command that cannot help: a state file that is closed to us", async () => {
  const { disk, look } = healthy();
  disk.fail("/vol/profiles/coder", "read", "EACCES");
  expect((await look()).find(({ check }) => check === "state-files")).toMatchObject({
    message: "profile 'coder': state file cannot be read: permission denied",
    remedy: "let hermes read /vol/profiles/coder/gateway_state.json",
  });
});
