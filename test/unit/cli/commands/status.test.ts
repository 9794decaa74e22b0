import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { installation, RUNNING } from "../../../support/installation.ts";

test("hermes status prints the table, JSON or metrics", async () => {
  const host = installation({ default: {}, coder: RUNNING });
  expect((await hermes(host, "status")).stdout).toMatch(/^coder +.*ready/m);
  expect(JSON.parse((await hermes(host, "status", "--json")).stdout)).toMatchObject({
    version: 2,
    gateways: [{ profile: "default" }, { profile: "coder", state: "ready" }],
  });
  expect((await hermes(host, "status", "--prometheus")).stdout).toContain('profile="coder"');
});

test.each([
  [["--json", "--prometheus"], "--json, --prometheus and --watch exclude each other"],
  [["--watch", "--json"], "--json, --prometheus and --watch exclude each other"],
  [["--interval", "2"], "--interval needs --watch"],
  [["--watch", "--interval", "0"], "--interval takes seconds from 0.1 to 3600, not '0'"],
  [["--watch", "--interval", "soon"], "--interval takes seconds from 0.1 to 3600, not 'soon'"],
])("hermes status %j is wrong usage", async (flags, message) => {
  const { code, notes } = await hermes(installation(), "status", ...flags);
  expect({ code, first: notes[0] }).toEqual({ code: 2, first: `✗ ${message}` });
});

test("hermes status exits 1 if it cannot read the state of any gateway", async () => {
  const host = installation({ default: { broken: "s6-svstat: fatal: no" } });
  const { code, stdout, notes } = await hermes(host, "status");
  expect(code).toBe(1);
  expect(stdout).toContain("unknown");
  expect(notes[0]).toBe("✗ Cannot read the state of any gateway");
});

test("hermes -p NAME status exits 4 for a profile that does not exist", async () => {
  expect((await hermes(installation(), "-p", "typo", "status")).code).toBe(4);
});
