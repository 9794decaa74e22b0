import { expect, test } from "bun:test";
import { endStuckLoggers } from "../../../../src/gateway/logger/stuck-loggers.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const DIRECTORY = "/vol/logs/gateways/coder";

/** A container with a logger that has read some bytes. */
function container() {
  const host = new FakeHost();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putFile(`${DIRECTORY}/current`, "first\n");
  const start = (pid: number) => {
    host.table.start(pid, { argv: ["/command/s6-log", "-qp", "--", "1", "t", DIRECTORY] });
    host.disk.putFile(`/proc/${pid}/io`, "rchar: 1000\nwchar: 5\n");
  };
  start(77);
  const read = (count: number) => host.disk.putFile("/proc/77/io", `rchar: ${count}\nwchar: 5\n`);
  const check = () => endStuckLoggers(host, "/vol");
  const lives = () => host.processes.readProcess(77) !== null;
  return { host, start, read, check, lives };
}

test("endStuckLoggers() ends a logger that read lines and wrote none", async () => {
  const { read, check, lives } = container();
  await check();
  expect(lives()).toBe(true);
  read(1200);
  await check();
  expect(lives()).toBe(false);
});

test("endStuckLoggers() leaves a logger alone that writes, or has nothing to write", async () => {
  const { host, read, check, lives } = container();
  await check();
  await check();
  read(1200);
  host.disk.putFile(`${DIRECTORY}/current`, "first\nsecond\n");
  await check();
  await check();
  expect(lives()).toBe(true);
});

test("endStuckLoggers() forgets what it saw of an earlier process, and survives a file that is no record", async () => {
  const { host, start, check } = container();
  host.disk.putFile("/run/hermes/loggers.json", "no JSON");
  await check();
  host.processes.sendSignal(77, "SIGKILL");
  start(78);
  host.disk.putFile("/proc/78/io", "rchar: 9000\n");
  await check();
  expect(host.processes.readProcess(78)).not.toBeNull();
});
