import { expect, test } from "bun:test";
import { killRest } from "../../../src/boot/kill-rest.ts";
import { FakeHost } from "../../support/fake-host.ts";

function container(): FakeHost {
  const host = new FakeHost();
  host.disk.putFile("/proc/self/cgroup", "0::/\n");
  host.table.start(1, { command: "s6-svscan", startTime: 5 });
  return host;
}

test("killRest() asks everything to end but what s6-supervise asks itself", async () => {
  const host = container();
  host.table.start(10, { command: "s6-supervise", parent: 1 });
  host.table.start(11, { command: "hermes", parent: 10 });
  host.table.start(12, { command: "sleep", parent: 1 });
  await killRest(host, 100);
  const asked = host.table.signals.filter((line) => line.endsWith("SIGTERM"));
  expect(asked).toEqual(["12 SIGTERM"]);
});

test("killRest() kills what outlives the grace time, loggers last", async () => {
  const host = container();
  host.table.start(12, {
    command: "stubborn",
    parent: 1,
    onSignal: (signal) => signal === "SIGKILL",
  });
  host.table.start(13, { command: "s6-log", parent: 1, onSignal: () => false });
  await killRest(host, 100);
  const { signals } = host.table;
  expect(signals[0]).toBe("12 SIGTERM");
  expect(signals).toContain("12 SIGKILL");
  expect(signals).not.toContain("13 SIGKILL");
  expect(signals.at(-1)).toBe("-1 SIGKILL");
});

test("killRest() leaves other containers alone if the init is not PID 1", async () => {
  const host = container();
  host.table.start(7, { command: "s6-svscan", startTime: 700 });
  host.disk.putFile("/run/s6/svscan-pid", "7\n");
  for (const [pid, group, startTime] of [
    [20, "0::/\n", 800],
    [21, "0::/../other\n", 800],
    [22, "0::/\n", 600],
  ] as const) {
    host.table.start(pid, { command: "sleep", startTime });
    host.disk.putFile(`/proc/${pid}/cgroup`, group);
  }
  await killRest(host, 100);
  // Above all never everything at once.
  expect(host.table.signals.every((line) => line.startsWith("20 "))).toBe(true);
  expect(host.table.signals).toContain("20 SIGTERM");
});

test("killRest() leaves nothing of what forks and ends again and again", async () => {
  const host = container();
  const chain = (pid: number) => {
    const isAsked = () => {
      chain(pid + 1);
      return true;
    };
    host.table.start(pid, { command: "chain", parent: 1, onSignal: isAsked });
  };
  chain(12);
  await killRest(host, 100);
  const left = host.processes.listProcesses().filter(({ command }) => command === "chain");
  expect(left).toEqual([]);
});
