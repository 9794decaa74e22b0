import { expect, test } from "bun:test";
import { forgetServiceProcess, takeOverService } from "../../../src/boot/service-process.ts";
import { FakeHost } from "../../support/fake-host.ts";

const RECORD = "/run/service/dashboard/pid";

function hostOfRun(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/run/service/dashboard");
  host.table.start(host.self.pid, { startTime: 7 });
  return host;
}

test("takeOverService() records the process, and ends none if there is no record", async () => {
  const host = hostOfRun();
  host.table.start(50);
  await takeOverService(host, "dashboard");
  expect(host.disk.text(RECORD)).toBe(`${host.self.pid} 7\n`);
  expect(host.table.signals).toEqual([]);
});

test("takeOverService() ends what an earlier supervisor started, and what that one started, and says so", async () => {
  const host = hostOfRun();
  host.table.start(50, { startTime: 5 });
  host.table.start(51, { group: 50 });
  host.disk.putFile(RECORD, "50 5\n");
  await takeOverService(host, "dashboard");
  expect(host.table.signals).toEqual(["50 SIGTERM", "51 SIGTERM"]);
  expect(host.notes).toEqual(["Service 'dashboard' outlived its supervisor (pid 50): ended"]);
  expect(host.disk.text(RECORD)).toBe(`${host.self.pid} 7\n`);
});

test("takeOverService() leaves a pid alone that is another process's by now", async () => {
  const host = hostOfRun();
  host.table.start(50, { startTime: 6 });
  host.disk.putFile(RECORD, "50 5\n");
  await takeOverService(host, "dashboard");
  expect(host.table.signals).toEqual([]);
  expect(host.notes).toEqual([]);
});

test("takeOverService() has both in the record as long as the earlier one lives", async () => {
  const host = hostOfRun();
  const records: string[] = [];
  host.table.start(50, {
    startTime: 5,
    onSignal: () => {
      records.push(host.disk.text(RECORD) ?? "");
      return true;
    },
  });
  host.disk.putFile(RECORD, "50 5\n");
  await takeOverService(host, "dashboard");
  expect(records).toEqual([`50 5\n${host.self.pid} 7\n`]);
});

test("forgetServiceProcess() removes the record, and minds none that is missing", () => {
  const host = hostOfRun();
  host.disk.putFile(RECORD, "50 5\n");
  forgetServiceProcess(host, "dashboard");
  forgetServiceProcess(host, "dashboard");
  expect(host.disk.text(RECORD)).toBeNull();
});
