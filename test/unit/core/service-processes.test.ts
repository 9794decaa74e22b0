import { expect, test } from "bun:test";
import {
  isInsideGateway,
  listGatewayProcesses,
  listRecordedProcesses,
  parseProcessRecord,
} from "../../../src/core/service-processes.ts";
import { FakeHost } from "../../support/fake-host.ts";

test("listGatewayProcesses() finds the group, the session, and processes with the gateway's variable", () => {
  const host = new FakeHost();
  host.table.start(50);
  host.table.start(51, { group: 50, session: 50 });
  host.table.start(52, { session: 50 });
  host.table.start(53, { environment: ["A=1", "HERMES_S6_SUPERVISED_PID=50"] });
  host.table.start(54, { environment: ["HERMES_S6_SUPERVISED_PID=500"] });
  expect(listGatewayProcesses(host, 50).map(({ pid }) => pid)).toEqual([50, 51, 52, 53]);
});

test.each([
  ["its own pid above it", { parent: 60 }, {}, true],
  ["its group", { group: 50 }, {}, true],
  ["its session", { session: 50 }, {}, true],
  ["its mark", {}, { HERMES_S6_SUPERVISED_PID: "50" }, true],
  ["the mark of another", {}, { HERMES_S6_SUPERVISED_PID: "51" }, false],
  ["nothing of it", {}, {}, false],
])("isInsideGateway() of a process with %s", (_, facts, environment, inside) => {
  const host = new FakeHost({ environment });
  host.table.start(50);
  host.table.start(60, { parent: 50 });
  host.table.start(host.self.pid, facts);
  expect(isInsideGateway(host, 50)).toBe(inside);
});

test("parseProcessRecord() takes whole lines of a pid and a start time, and nothing else", () => {
  expect(parseProcessRecord("12 340\nx\n1 5\n0 5\n-3 5\n12\n99999999999 1\n 7 8\n9 10")).toEqual([
    { pid: 12, startTime: 340 },
    { pid: 9, startTime: 10 },
  ]);
});

test("listRecordedProcesses() returns the process itself first, and nothing if its pid was given away", () => {
  const host = new FakeHost();
  host.table.start(49, { group: 50 });
  host.table.start(50);
  const pids = (startTime: number) =>
    listRecordedProcesses(host, { pid: 50, startTime }).map(({ pid }) => pid);
  expect(pids(5000)).toEqual([50, 49]);
  expect(pids(4999)).toEqual([]);
  host.table.end(50);
  expect(pids(5000)).toEqual([49]);
});
