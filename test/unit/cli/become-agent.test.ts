import { expect, test } from "bun:test";
import { runCommandLine } from "../../../src/cli/runner.ts";
import { HERMES as TABLE } from "../../../src/cli/command-table.ts";
import { hermes } from "../../support/command-line.ts";
import { FakeHost, HERMES, type FakeHostOptions } from "../../support/fake-host.ts";
import { Replaced } from "../../support/fake-processes.ts";

const AGENT = "/srv/agent";

function machine(options: FakeHostOptions = {}): FakeHost {
  const environment = { HERMES_HOME: "/vol", HERMES_AGENT: AGENT, ...options.environment };
  const host = new FakeHost({ ...options, environment });
  host.disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  host.disk.putFile(AGENT, "echo hi\n", { mode: 0o755 });
  return host;
}

/** What the process became; null where it stayed what it was. */
async function became(host: FakeHost, words: readonly string[]): Promise<Replaced | null> {
  try {
    await runCommandLine(host, TABLE, words);
    return null;
  } catch (error) {
    if (error instanceof Replaced) return error;
    throw error;
  }
}

test.each([
  [[]],
  [["--tui"]],
  [["-T", "--resume"]],
  [["chat", "-q", "what is -p?", "--color", "rainbow"]],
  [["chat", "--help"]],
  [["model", "list", "--json"]],
  [["-p", "Coder", "chat"]],
  [["chat", "--profile"]],
  [["--", "chat", ""]],
])("hermes %j becomes the agent with the same words", async (words) => {
  const result = await became(machine(), words);
  expect(result?.command).toEqual([AGENT, ...words]);
});

test("hermes becomes the agent with the environment that it has", async () => {
  const host = machine({ environment: { MARK: "a=b\nc", HERMES_S6_SUPERVISED_CHILD: "" } });
  const { HERMES_AGENT_CALLS: calls, ...environment } = (await became(host, []))?.environment ?? {};
  expect(environment).toEqual({
    PATH: "/usr/bin",
    HOME: "/root",
    HERMES_HOME: "/vol",
    HERMES_AGENT: AGENT,
    MARK: "a=b\nc",
    HERMES_S6_SUPERVISED_CHILD: "",
  });
  expect(calls).toBe("1@3600000");
});

test("hermes names the profile for the agent if an alias or `profile use` chose it", async () => {
  expect((await became(machine({ argv: ["coder"] }), ["chat"]))?.command).toEqual([
    AGENT,
    "-p",
    "coder",
    "chat",
  ]);
  const used = machine();
  used.disk.putFile("/vol/active_profile", "writer\n");
  expect((await became(used, []))?.command).toEqual([AGENT, "-p", "writer"]);
  expect((await became(used, ["-p", "default", "chat"]))?.command).toEqual([
    AGENT,
    "-p",
    "default",
    "chat",
  ]);
});

test("hermes gives up root before it becomes the agent", async () => {
  const host = machine({ uid: 0, users: [HERMES] });
  host.disk.putDirectory("/run/hermes", { uid: HERMES.uid });
  expect((await became(host, ["chat"]))?.environment).toMatchObject({ USER: "hermes" });
  expect(host.users.currentUid()).toBe(HERMES.uid);
});

test("hermes keeps its own commands if an agent is installed", async () => {
  for (const words of [["version"], ["--version"], ["--help"], ["gateway", "--help"], ["help"]]) {
    expect(await became(machine(), words)).toBeNull();
  }
});

test("hermes without an agent refuses an unknown command with the nearest name", async () => {
  const host = new FakeHost({ environment: { HERMES_HOME: "/vol" } });
  expect(await hermes(host, "statsu")).toMatchObject({
    code: 2,
    notes: [expect.stringContaining("did you mean 'status'?"), expect.anything()],
  });
});

test("hermes says with 78 that HERMES_AGENT is no program, but not for its own commands", async () => {
  const host = machine({ environment: { HERMES_AGENT: "/nowhere" } });
  expect(await hermes(host, "chat")).toMatchObject({
    code: 78,
    notes: ['✗ Cannot use HERMES_AGENT="/nowhere": no such program', expect.anything()],
  });
  expect((await hermes(host, "version")).code).toBe(0);
});

test("hermes does not become an agent that only leads back to it", async () => {
  const host = machine();
  for (let calls = 1; calls <= 10; calls += 1) {
    const result = await became(host, ["chat"]);
    Object.assign(host.environment, result?.environment);
    expect(host.environment["HERMES_AGENT_CALLS"]).toBe(`${calls}@3600000`);
    host.clock.advance(0);
  }
  expect(await hermes(host, "chat")).toMatchObject({
    code: 78,
    notes: [`✗ Cannot use the agent ${AGENT}: it leads back to hermes`, expect.anything()],
  });
});

test("hermes becomes an agent again and again that starts itself anew now and then", async () => {
  const host = machine();
  for (let calls = 0; calls < 40; calls += 1) {
    Object.assign(host.environment, (await became(host, ["chat"]))?.environment);
    host.clock.advance(61_000);
  }
  Object.assign(host.environment, { HERMES_AGENT_CALLS: "9999@99999999999" });
  expect((await became(host, []))?.environment["HERMES_AGENT_CALLS"]).toStartWith("1@");
});
