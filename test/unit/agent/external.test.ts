import { expect, test } from "bun:test";
import { findExternalAgent } from "../../../src/agent/external.ts";
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

test.each(["/nowhere", "agent", "/srv", "/srv/readme"])(
  "findExternalAgent() refuses HERMES_AGENT=%s with exit code 78",
  (agent) => {
    const host = machine(agent);
    host.disk.putFile("/srv/readme", "");
    expect(() => findExternalAgent(host)).toThrow(
      expect.objectContaining({ code: "configuration", exitCode: 78 }),
    );
  },
);

test("findExternalAgent() is never this executable itself, by no name", () => {
  const host = machine("/srv/agent");
  host.disk.putLink("/srv/agent", "/usr/local/bin/hermes");
  expect(findExternalAgent(host)).toBeNull();
});
