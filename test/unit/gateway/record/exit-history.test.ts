import { expect, test } from "bun:test";
import {
  appendToHistory,
  describeHistoryError,
  mergeExits,
  readExitHistory,
} from "../../../../src/gateway/record/exit-history.ts";
import type { RecordedExit } from "../../../../src/gateway/record/exit.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const exit = (at: number, pid = 50): RecordedExit => ({
  at,
  pid,
  startTime: 1,
  code: 0,
  signal: null,
  ranMs: null,
  meaning: "finished",
  reason: "finished on purpose (exit code 0)",
  backoffMs: null,
});

function volume(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  return host;
}

test("appendToHistory() keeps the last fifty ends", () => {
  const host = volume();
  for (let at = 0; at < 60; at += 1) appendToHistory(host, "/vol", exit(at));
  const kept = readExitHistory(host, "/vol");
  expect([kept.length, kept[0]?.at, kept.at(-1)?.at]).toEqual([50, 10, 59]);
});

const END = JSON.stringify(exit(5));

test.each([
  "",
  "[]",
  '{"version":1}',
  '{"version":1,"exits":[{"at":-1}]}',
  `{"version":1,"exits":[${END.replace('"at":5', '"at":1e300')}]}`,
  `{"version":1,"exits":[${END.replace('"meaning":"finished"', '"meaning":"unheard-of"')}]}`,
])("readExitHistory() is empty if the file says %j, and the next end begins a new one", (text) => {
  const host = volume();
  host.disk.putFile("/vol/gateway_exits.json", text);
  expect(readExitHistory(host, "/vol")).toEqual([]);
  appendToHistory(host, "/vol", exit(1));
  expect(readExitHistory(host, "/vol")).toEqual([exit(1)]);
});

test("mergeExits() adds what the volume did not take, in order of time", () => {
  expect(mergeExits([exit(1), exit(3)], [exit(2), exit(3), exit(4)])).toEqual([
    exit(1),
    exit(2),
    exit(3),
    exit(4),
  ]);
  expect(mergeExits([exit(1)], [exit(1, 51)])).toEqual([exit(1), exit(1, 51)]);
});

test("readExitHistory() reads every end beside a wrong one, and every field beside a wrong one", () => {
  const host = volume();
  const odd = END.replace('"code":0', '"code":1e999').replace('"at":5', '"at":7');
  host.disk.putFile("/vol/gateway_exits.json", `{"version":"1","exits":[${END},3,{},${odd}]}`);
  expect(readExitHistory(host, "/vol")).toEqual([exit(5), { ...exit(7), code: null }]);
  expect(describeHistoryError(host, "/vol")).toEqual({
    path: "/vol/gateway_exits.json",
    reason: "has an invalid entry, code",
  });
});

test.each([
  ["configuration", "misconfigured"],
  ["asked-again", "restart-requested"],
  ["parked", "crash-looped"],
  ["crashed", "crashed"],
] as const)("readExitHistory() reads %s of version 1 as %s", (earlier, meaning) => {
  const host = volume();
  const { backoffMs: _, ...facts } = exit(5);
  const exits = [{ ...facts, meaning: earlier, delayMs: 1950 }];
  host.disk.putFile("/vol/gateway_exits.json", JSON.stringify({ version: 1, exits }));
  expect(readExitHistory(host, "/vol")).toEqual([{ ...exit(5), meaning, backoffMs: 1950 }]);
  expect(describeHistoryError(host, "/vol")).toBeNull();
  appendToHistory(host, "/vol", exit(6));
  expect(readExitHistory(host, "/vol").map(({ at }) => at)).toEqual([5, 6]);
});
