import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { RUNNING, installation } from "../../../support/installation.ts";

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
