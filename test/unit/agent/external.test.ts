import { expect, test } from "bun:test";
import { checkInterpreter, findExternalAgent } from "../../../src/agent/external.ts";
import { FakeHost } from "../../support/fake-host.ts";

const INSTALLED = "/opt/hermes/.venv/bin/hermes";

function machine(agent?: string): FakeHost {
  const host = new FakeHost({ environment: agent === undefined ? {} : { HERMES_AGENT: agent } });
  host.disk.putFile("/usr/local/bin/hermes", "", { mode: 0o755 });
  return host;
}

test.each([undefined, ""])("findExternalAgent() is null where none is installed (%p)", (agent) => {
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

test.each([
  ["#!/opt/old/python3 -E\n", '"/opt/old/python3"'],
  ["#! /bin/sh\r\n", '"/bin/sh\\r"'],
  ["#!/gone", '"/gone"'],
])("checkInterpreter() refuses a script that begins with %j", (start, interpreter) => {
  const host = machine();
  host.disk.putFile("/bin/sh", "", { mode: 0o755 });
  host.disk.putFile("/srv/agent", start, { mode: 0o755 });
  const message = `Cannot use the agent /srv/agent: its first line asks for ${interpreter}, which is not there`;
  expect(() => checkInterpreter(host, "/srv/agent")).toThrow(
    expect.objectContaining({ code: "configuration", exitCode: 78, message }),
  );
});

test.each(["#!/bin/sh\n", "#! /bin/sh -e\n", "#!sh\n", "\u007fELF", "", "echo hi\n"])(
  "checkInterpreter() has nothing against a program that begins with %j",
  (start) => {
    const host = machine();
    host.disk.putFile("/bin/sh", "", { mode: 0o755 });
    host.disk.putFile("/srv/agent", start, { mode: 0o755 });
    checkInterpreter(host, "/srv/agent");
    checkInterpreter(host, "/srv/missing");
  },
);

test("findExternalAgent() is never this executable itself, by no name", () => {
  const host = machine("/srv/agent");
  host.disk.putLink("/srv/agent", "/usr/local/bin/hermes");
  expect(findExternalAgent(host)).toBeNull();
});
