import { expect, test } from "bun:test";
import { endLoggers, readLoggerDeath } from "../../../../src/services/image/loggers.ts";
import { FakeHost } from "../../../support/fake-host.ts";
import { profileName } from "../../../support/names.ts";

const SLOT = "/run/service/gateway-coder";
const TALLY = `${SLOT}/log/supervise/death_tally`;
const DIRECTORY = "/vol/logs/gateways/coder";

const entry = (exitCode: number, signal: number) =>
  "t".repeat(12) + String.fromCharCode(exitCode, signal);

test("readLoggerDeath() tells the last of the deaths that s6-supervise noted", () => {
  const host = new FakeHost();
  expect(readLoggerDeath(host, profileName("coder"))).toBeNull();
  host.disk.putFile(TALLY, "");
  expect(readLoggerDeath(host, profileName("coder"))).toBeNull();
  host.disk.putFile(TALLY, entry(0, 9) + entry(111, 0));
  expect(readLoggerDeath(host, profileName("coder"))).toEqual({ exitCode: 111, signal: 0 });
});

test("endLoggers() ends a logger of this container that was left behind, and no other", () => {
  const host = new FakeHost();
  expect(endLoggers(host, DIRECTORY)).toBe(false);
  for (const [pid, directory] of [
    [77, DIRECTORY],
    [78, `${DIRECTORY}2`],
  ] as const) {
    host.table.start(pid, {
      command: "s6-log",
      argv: ["/command/s6-log", "-p", "--", "1", "t", directory],
    });
  }
  expect(endLoggers(host, DIRECTORY)).toBe(true);
  expect(host.processes.readProcess(77)).toBeNull();
  expect(host.processes.readProcess(78)).not.toBeNull();
});
