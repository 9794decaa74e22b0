import { expect, test } from "bun:test";
import { hermes } from "../../../support/command-line.ts";
import { appendToHistory } from "../../../../src/gateway/record/exit-history.ts";
import { EMPTY_RECORD, writeExitRecord } from "../../../../src/gateway/record/exit-record.ts";
import type { RecordedExit } from "../../../../src/gateway/record/exit.ts";
import { TEST_TIME } from "../../../support/fake-clock.ts";
import { profileName } from "../../../support/names.ts";
import { RUNNING, installation } from "../../../support/installation.ts";

const exit = (at: number, reason: string): RecordedExit => ({
  at,
  pid: 5,
  startTime: 1,
  code: 1,
  signal: null,
  ranMs: 61_000,
  meaning: "crashed",
  reason,
  backoffMs: 2000,
});

test("hermes gateway status exits 1 if the state cannot be read", async () => {
  const host = installation({ coder: { broken: "s6-svstat: fatal: no" } });
  const { code, stdout } = await hermes(host, "-p", "coder", "gateway", "status");
  expect(code).toBe(1);
  expect(stdout).toContain("unknown: s6-svstat on 'gateway-coder' failed (rc=111)");
});

test("hermes gateway status exits 0 for one that runs, 3 for one that does not, 4 for none", async () => {
  const host = installation({ coder: RUNNING, writer: {}, waiting: { ...RUNNING, ready: false } });
  const status = async (name: string) => (await hermes(host, "-p", name, "gateway", "status")).code;
  expect([await status("coder"), await status("waiting"), await status("writer")]).toEqual([
    0, 0, 3,
  ]);
  expect(await hermes(host, "-p", "typo", "gateway", "status")).toEqual({
    code: 4,
    stdout: "",
    notes: [
      "✗ no such gateway 'typo': register it with `hermes profile create typo` first, or pass an existing profile name via `-p <name>`",
    ],
  });
});

test("hermes gateway status shows the last ends, those of the volume and those it did not take", async () => {
  const host = installation({ coder: {} });
  host.disk.putDirectory("/run/user/hermes");
  const coder = profileName("coder");
  appendToHistory(host, "/vol/profiles/coder", exit(TEST_TIME, "crashed with exit code 1"));
  writeExitRecord(host, coder, {
    ...EMPTY_RECORD,
    parkedReason: "crashed 8 times",
    exits: [exit(TEST_TIME + 1000, "crashed with exit code 1: later")],
  });
  const failed =
    "2026-11-20T07:23:05+0000 profile=coder prior_state=startup_failed action=started\n";
  host.disk.putFile("/vol/logs/container-boot.log", failed.repeat(3));
  const { stdout } = await hermes(host, "-p", "coder", "gateway", "status");
  expect(stdout.split("\n")).toEqual([
    "Gateway:  coder",
    "Desired:  not set",
    "State:    parked for 7s: crashed 8 times",
    "Since:    2024-11-16T13:36:27.000Z",
    "Crashes:  0 in the last ten minutes, 0 restarts",
    "Boots:    3 in a row found that it had failed to start",
    "Log:      /vol/logs/gateways/coder/current",
    "Last exits:",
    "  2026-11-20T07:23:06Z  exit code 1  ran 1m  again in 2.0 s  crashed with exit code 1: later",
    "  2026-11-20T07:23:05Z  exit code 1  ran 1m  again in 2.0 s  crashed with exit code 1",
    "",
  ]);
  const json = await hermes(host, "-p", "coder", "gateway", "status", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 2,
    profile: "coder",
    state: "parked",
    failedBoots: 3,
    exitHistory: [{ at: TEST_TIME }, { at: TEST_TIME + 1000 }],
  });
});
