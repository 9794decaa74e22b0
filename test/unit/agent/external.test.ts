import { expect, test } from "bun:test";
import { checkProgram, countAgentCall, findExternalAgent } from "../../../src/agent/external.ts";
import { FakeHost } from "../../support/fake-host.ts";

const INSTALLED = "/opt/hermes/.venv/bin/hermes";

function machine(agent?: string): FakeHost {
  const host = new FakeHost({ environment: agent === undefined ? {} : { HERMES_AGENT: agent } });
  host.disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  return host;
}

test.each([undefined, ""])("findExternalAgent() is null if none is installed (%p)", (agent) => {
  expect(findExternalAgent(machine(agent))).toBeNull();
});

test("findExternalAgent() finds the one in its usual place", () => {
  const host = machine();
  host.disk.putFile(INSTALLED, "", { mode: 0o755 });
  expect(findExternalAgent(host)).toBe(INSTALLED);
});

test("findExternalAgent() prefers the one that HERMES_AGENT names", () => {
  const host = machine("/srv/agent");
  host.disk.putFile(INSTALLED, "", { mode: 0o755 });
  host.disk.putFile("/srv/agent", "", { mode: 0o755 });
  expect(findExternalAgent(host)).toBe("/srv/agent");
});

test.each([
  ["/nowhere", "no such program"],
  ["agent", "not an absolute path"],
  ["/srv", "a directory"],
  ["/srv/readme", "not executable for this user"],
])("findExternalAgent() refuses HERMES_AGENT=%s with exit code 78: %s", (agent, reason) => {
  const host = machine(agent);
  host.disk.putFile("/srv/readme", "");
  const message = `Cannot use HERMES_AGENT="${agent}": ${reason}`;
  expect(() => findExternalAgent(host)).toThrow(
    expect.objectContaining({ code: "configuration", exitCode: 78, message }),
  );
});

test("checkProgram() refuses a program that cannot be run, through links too, with exit code 78", () => {
  const host = machine();
  host.disk.putFile("/srv/real", "#!/gone\n", { mode: 0o755 });
  host.disk.putLink("/srv/agent", "/srv/real");
  const message =
    'Cannot use the agent /srv/agent: its first line asks for "/gone", which is not there';
  expect(() => checkProgram(host, "/srv/agent")).toThrow(
    expect.objectContaining({ code: "configuration", exitCode: 78, message }),
  );
});

test("checkProgram() looks for the interpreter on PATH, or on the default search path", () => {
  const host = machine();
  host.disk.putFile("/usr/bin/env", "", { mode: 0o755 });
  host.disk.putFile("/srv/agent", "#!/usr/bin/env python3\n", { mode: 0o755 });
  expect(() => checkProgram(host, "/srv/agent")).toThrow('"python3", which is not on PATH');
  host.disk.putFile("/usr/bin/python3", "", { mode: 0o755 });
  checkProgram(host, "/srv/agent");
  delete host.environment["PATH"];
  checkProgram(host, "/srv/agent");
  checkProgram(host, "/srv/missing");
});

test("findExternalAgent() never returns this executable, under any name", () => {
  const host = machine("/srv/agent");
  host.disk.putLink("/srv/agent", "/usr/local/bin/hermes");
  expect(findExternalAgent(host)).toBeNull();
});

test("countAgentCall() refuses the eleventh call within ten minutes, by the environment", () => {
  const host = machine();
  for (let call = 1; call <= 10; call += 1) {
    const variables = countAgentCall(host, "/srv/agent");
    expect(variables["HERMES_AGENT_CALLS"]).toStartWith(`${call}@`);
    Object.assign(host.environment, variables);
    host.clock.advance(50_000);
  }
  const message = "Cannot use the agent /srv/agent: it leads back to hermes";
  expect(() => countAgentCall(host, "/srv/agent")).toThrow(
    expect.objectContaining({ exitCode: 78, message }),
  );
  host.clock.advance(100_001);
  expect(countAgentCall(host, "/srv/agent")["HERMES_AGENT_CALLS"]).toStartWith("1@");
});
