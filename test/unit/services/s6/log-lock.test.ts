import { expect, test } from "bun:test";
import { awaitLogDirectory } from "../../../../src/services/s6/log-lock.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const SLOT = "/run/service/gateway-coder";
const DIRECTORY = "/vol/logs/gateways/coder";

/** A host on which the lock of a log directory is taken as long as `isTaken` says so. */
function container(isTaken: (host: FakeHost) => boolean, deaths = "x"): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/command");
  host.disk.putFile("/command/s6-setlock", "", { mode: 0o755 });
  host.disk.putFile(`${SLOT}/log/supervise/death_tally`, deaths);
  host.disk.putFile(`${DIRECTORY}/lock`, "");
  host.disk.putDirectory("/proc");
  host.table.install("s6-setlock", () => ({ exitCode: isTaken(host) ? 1 : 0 }));
  return host;
}

const wait = (host: FakeHost) => awaitLogDirectory(host, SLOT, DIRECTORY);

test("awaitLogDirectory() asks nobody where the logger never died", async () => {
  const host = container(() => true, "");
  expect(await wait(host)).toBe(true);
  expect(host.table.commands).toEqual([]);
});

test("awaitLogDirectory() is content with a lock that is free, or that nobody made yet", async () => {
  const host = container(() => false);
  expect(await wait(host)).toBe(true);
  const unmade = container(() => true);
  unmade.files.removeFile(`${DIRECTORY}/lock`);
  expect(await wait(unmade)).toBe(true);
});

test("awaitLogDirectory() waits for the logger before it", async () => {
  const host = container(({ clock }) => clock.elapsed() < 500);
  expect(await wait(host)).toBe(true);
  expect(host.clock.elapsed()).toBeLessThan(1000);
});

test("awaitLogDirectory() says no where another container has the lock", async () => {
  const host = container(() => true);
  expect(await wait(host)).toBe(false);
});

test("awaitLogDirectory() ends a logger of this container that was left behind, and no other", async () => {
  const host = container(({ processes }) => processes.readProcess(77) !== null);
  for (const [pid, directory] of [
    [77, DIRECTORY],
    [78, `${DIRECTORY}2`],
  ] as const) {
    host.disk.putDirectory(`/proc/${pid}`);
    host.table.start(pid, { argv: ["/command/s6-log", "-p", "--", "1", "t", directory] });
  }
  expect(await wait(host)).toBe(true);
  expect(host.processes.readProcess(78)).not.toBeNull();
});
