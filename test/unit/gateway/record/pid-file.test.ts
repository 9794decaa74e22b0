import { expect, test } from "bun:test";
import { describePidFileError, parsePidFile } from "../../../../src/gateway/record/pid-file.ts";

test("parsePidFile() reads an object, with and without a start time", () => {
  expect(parsePidFile('{"pid": 12, "start_time": 34, "kind": "hermes-gateway"}')).toEqual({
    pid: 12,
    startTime: 34,
  });
  expect(parsePidFile('{"pid": 12, "start_time": null}')).toEqual({ pid: 12, startTime: null });
  expect(parsePidFile('{"pid": 12}')).toEqual({ pid: 12, startTime: null });
});

test("parsePidFile() reads a bare integer", () => {
  expect(parsePidFile("4711\n")).toEqual({ pid: 4711, startTime: null });
});

test.each([
  "",
  "pid",
  "0",
  "-1",
  "1.5",
  "1e999",
  "[12]",
  "null",
  '{"pid": 0}',
  '{"pid": -1}',
  '{"pid": "12"}',
  '{"start_time": 3}',
])("parsePidFile() gives null for %j", (text) => {
  expect(parsePidFile(text)).toBeNull();
});

test("parsePidFile() reads the pid beside a wrong start time", () => {
  expect(parsePidFile('{"pid": 12, "start_time": "soon"}')).toEqual({ pid: 12, startTime: null });
});

test.each([
  ["12", null],
  ['{"pid": 12}', null],
  ['{"pid": 12, "start_time": null, "argv": 7}', null],
  ['{"pid": "12", "start_time": -1}', "has an invalid pid, start_time"],
  ["[12]", "is neither an object nor a number"],
  ["", "is neither an object nor a number"],
])("describePidFileError() of %j is %p", (text, trouble) => {
  expect(describePidFileError(text)).toBe(trouble);
});
