import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { RUNNING, installation, runInForeground } from "../../../support/installation.ts";

test("hermes gateway stop says whether anything had to be done", async () => {
  const host = installation({ coder: RUNNING });
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Stopped gateway 'coder'\n",
  );
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Already stopped: gateway 'coder'\n",
  );
});

test("hermes gateway stop --all counts what it stopped and what was down", async () => {
  const host = installation({ default: RUNNING, coder: RUNNING, writer: {} });
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 0,
    stdout: "Stopped 2 profile gateway(s), 1 already stopped\n",
    notes: [],
  });
  for (const path of ["/vol", "/vol/profiles/coder", "/vol/profiles/writer"]) {
    expect(host.disk.text(`${path}/gateway_state.json`)).toContain('"desired_state": "stopped"');
  }
});

test("hermes gateway stop --all goes on past a failure, names it and exits 1", async () => {
  const host = installation({ coder: RUNNING, writer: { ...RUNNING, stubborn: true } });
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 1,
    stdout: "Stopped 1 profile gateway(s)\n",
    notes: ["Could not stop gateway-writer: it is still up after SIGKILL"],
  });
});

test("hermes gateway stop refuses an agent that wrote nothing but its state file", async () => {
  const host = installation({ coder: {} });
  host.table.start(300, { argv: ["/srv/agent", "-p", "coder", "gateway", "run"] });
  host.disk.putFile("/vol/profiles/coder/gateway_state.json", '{"pid": 300}');
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).code).toBe(1);
  expect((await hermes(host, "profile", "delete", "coder", "-y")).notes).toEqual([
    "✗ Cannot delete profile 'coder': pid 300 runs its gateway in the foreground",
    "  Hint: end that process first",
  ]);
  expect(host.disk.has("/vol/profiles/coder")).toBe(true);
});

test("hermes gateway stop minds no owner while s6 has the gateway, and none that is gone", async () => {
  const host = installation({ coder: RUNNING });
  runInForeground(host, "coder");
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Stopped gateway 'coder'\n",
  );
  host.table.start(300, { startTime: 6 });
  expect((await hermes(host, "-p", "coder", "gateway", "stop")).stdout).toBe(
    "Already stopped: gateway 'coder'\n",
  );
});

test("hermes gateway stop --all names one in the foreground and does not count it", async () => {
  const host = installation({ coder: {}, writer: RUNNING });
  runInForeground(host, "coder");
  expect(await hermes(host, "gateway", "stop", "--all")).toEqual({
    code: 1,
    stdout: "Stopped 1 profile gateway(s)\n",
    notes: ["Could not stop gateway-coder: pid 300 runs it in the foreground"],
  });
});
