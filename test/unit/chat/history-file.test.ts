import { expect, test } from "bun:test";
import { appendHistory, historyPath, readHistory } from "../../../src/chat/history-file.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PATH = historyPath("/vol");

function volume(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  return host;
}

test("appendHistory() keeps what was sent, for its owner alone", () => {
  const host = volume();
  expect(readHistory(host, "/vol")).toEqual([]);
  expect(appendHistory(host, "/vol", "one\ntwo")).toBeNull();
  expect(appendHistory(host, "/vol", "three")).toBeNull();
  expect(readHistory(host, "/vol")).toEqual(["one\ntwo", "three"]);
  expect(host.files.readStatus(PATH)?.mode).toBe(0o600);
});

test("readHistory() has nothing that a terminal would obey, whoever wrote the file", () => {
  const host = volume();
  host.disk.putFile(PATH, `${JSON.stringify({ text: "\u001B[2Jrm\r\u009B1A\n\tx" })}\n`);
  expect(readHistory(host, "/vol")).toEqual(["[2Jrm1A\n\tx"]);
});

test("appendHistory() keeps the file short", () => {
  const host = volume();
  const line = `${JSON.stringify({ text: "x".repeat(2000) })}\n`;
  host.disk.putFile(PATH, line.repeat(600));
  expect(appendHistory(host, "/vol", "last")).toBeNull();
  const kept = readHistory(host, "/vol");
  expect(kept).toHaveLength(500);
  expect(kept.at(-1)).toBe("last");
});

test("appendHistory() says why a line cannot be kept", () => {
  const host = volume();
  host.disk.putDirectory(PATH);
  expect(appendHistory(host, "/vol", "x")).toMatch(/directory/i);
  expect(readHistory(host, "/vol")).toEqual([]);
});
