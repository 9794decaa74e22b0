import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { installation, RUNNING } from "../../../support/installation.ts";

test("hermes gateway list shows every gateway with its state", async () => {
  const host = installation({ default: {}, coder: RUNNING });
  const { code, stdout } = await hermes(host, "gateway", "list");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^default +down$/m);
  expect(stdout).toMatch(/^coder +ready/m);
});

test("hermes gateway list --json has the state, the desired state and the pid", async () => {
  const host = installation({ coder: RUNNING });
  const { stdout } = await hermes(host, "gateway", "list", "--json");
  expect(JSON.parse(stdout)).toEqual({
    version: 2,
    gateways: [
      { profile: "default", desired: null, state: "not-registered", drift: null, pid: null },
      { profile: "coder", desired: null, state: "ready", drift: null, pid: 77 },
    ],
  });
});
