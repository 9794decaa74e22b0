import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { type FakeService } from "../../../support/fake-s6.ts";
import { Replaced } from "../../../support/fake-processes.ts";
import { runCommandLine } from "../../../../src/cli/runner.ts";
import { HERMES } from "../../../../src/cli/command-table.ts";
import { ENVIRONMENT, installation } from "../../../support/installation.ts";

const run = (host: FakeHost, ...words: readonly string[]) => runCommandLine(host, HERMES, words);

async function notesOfRun(service: Partial<FakeService>): Promise<readonly string[]> {
  const host = installation({ default: service });
  await run(host, "gateway", "run").catch(() => undefined);
  return host.notes;
}

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

test("hermes gateway run keeps the container up if its gateway does not start", async () => {
  const host = installation({ coder: { failsWith: 78 } });
  expect(run(host, "-p", "coder", "gateway", "run")).rejects.toThrow("became /usr/bin/sleep");
  expect(host.notes[0]).toStartWith("✗ Cannot start 'gateway-coder': it exited with code 78");
});

test("hermes gateway run says on one line what happened and how to opt out, also if it fails", async () => {
  const optOut = "--no-supervise or HERMES_GATEWAY_NO_SUPERVISE=1 runs it here instead";
  expect(await notesOfRun({})).toEqual([`Gateway 'default' runs supervised by s6; ${optOut}`]);
  expect(await notesOfRun({ failsWith: 1 })).toEqual([
    `✗ Cannot start 'gateway-default': it exited with code 1; s6 supervises it and this container stays up; ${optOut}`,
  ]);
});

test("hermes gateway run says that it starts a gateway that an operator stopped", async () => {
  const host = installation({ default: {} });
  host.disk.putFile("/vol/gateway_state.json", '{"desired_state": "stopped"}');
  await run(host, "gateway", "run").catch(() => undefined);
  expect(host.notes).toHaveLength(2);
  expect(host.notes[0]).toBe(
    "Gateway 'default' was stopped. `gateway run` starts it at each container start. To keep it stopped, use `sleep infinity` as the command",
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
  const became = await runCommandLine(host, HERMES, argv.slice(1)).catch((error: unknown) => error);
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
