import { expect, test } from "bun:test";
import { endStuckLoggers } from "../../../../../src/services/image/logger/stuck-loggers.ts";
import { FakeHost } from "../../../../support/fake-host.ts";

const DIRECTORY = "/vol/logs/gateways/coder";

/** A container with a logger that has read some bytes. */
function container() {
  const host = new FakeHost();
  const uid = host.users.currentUid();
  host.disk.putDirectory("/run/hermes", { uid: 10_000 });
  host.disk.putFile(`${DIRECTORY}/current`, "first\n");
  const start = (pid: number, onSignal?: (signal: NodeJS.Signals) => boolean) => {
    const argv = ["/command/s6-log", "-qp", "--", "1", "t", DIRECTORY];
    host.table.start(pid, { argv, command: "s6-log", ...(onSignal && { onSignal }) });
    host.disk.putDirectory(`/proc/${pid}`, { uid });
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

test("endStuckLoggers() gives a logger a moment to write what it has just read", async () => {
  const { host, read, check, lives } = container();
  await check();
  read(1200);
  host.clock.after(200, () => host.disk.putFile(`${DIRECTORY}/current`, "first\nsecond\n"));
  await check();
  expect(lives()).toBe(true);
});

test("endStuckLoggers() ends a logger whose directory takes no log, whether it has anything to write or not", async () => {
  const { host, check, lives } = container();
  host.disk.space = { freeBytes: 0, totalBytes: 1e10, freeFiles: 1e6 };
  await check();
  expect(lives()).toBe(true);
  host.disk.fail(DIRECTORY, "write", "ENOSPC");
  await check();
  expect(lives()).toBe(false);
});

test("endStuckLoggers() kills a logger that cannot write what it holds", async () => {
  const { host, start, read, check, lives } = container();
  host.table.end(77);
  start(77, (signal) => signal === "SIGKILL");
  await check();
  read(1200);
  await check();
  expect(lives()).toBe(false);
  expect(host.table.signals).toEqual(["77 SIGHUP", "77 SIGKILL"]);
});

test("endStuckLoggers() does not see the loggers of another user", async () => {
  const { host, read, check, lives } = container();
  host.disk.putDirectory("/proc/77", { uid: 4242 });
  await check();
  read(1200);
  await check();
  expect(lives()).toBe(true);
  expect(host.files.exists("/run/hermes/loggers.json")).toBe(false);
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
