import { expect, test } from "bun:test";
import {
  appendHistory,
  historyPath,
  readHistory,
} from "../../../../src/agent/chat/history-file.ts";
import { FakeHost } from "../../../support/fake-host.ts";

const PATH = historyPath("/vol");

function volume(): FakeHost {
  const host = new FakeHost();
  host.disk.putDirectory("/vol");
  return host;
}

test("appendHistory() keeps sent texts in a file that only its owner may read", () => {
  const host = volume();
  expect(readHistory(host, "/vol")).toEqual([]);
  expect(appendHistory(host, "/vol", "one\ntwo")).toBeNull();
  expect(appendHistory(host, "/vol", "three")).toBeNull();
  expect(readHistory(host, "/vol")).toEqual(["one\ntwo", "three"]);
  expect(host.files.readStatus(PATH)?.mode).toBe(0o600);
});

test("readHistory() removes everything that a terminal would obey", () => {
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
  expect(kept.length).toBeWithin(200, 501);
  expect(kept.at(-1)).toBe("last");
  expect(host.files.readStatus(PATH)?.size).toBeLessThan(540_000);
});

test("appendHistory() loses no short text for long ones", () => {
  const host = volume();
  for (let turn = 0; turn < 5; turn += 1) {
    // The first are as long as a message can be, and the others longer than what is kept.
    const long = "語".repeat(turn === 0 ? 1_000_000 : 200_000);
    expect(appendHistory(host, "/vol", `short ${turn}`)).toBeNull();
    expect(appendHistory(host, "/vol", `${turn} ${long}`)).toBeNull();
    expect(appendHistory(host, "/vol", `${turn} ${long}`)).toBeNull();
  }
  const kept = Array.from({ length: 5 }, (_, turn) => `short ${turn}`);
  expect(readHistory(host, "/vol")).toEqual(kept);
});

test("appendHistory() removes nothing from a file that it cannot read", () => {
  const host = volume();
  host.disk.putFile(PATH, "x".repeat(17_000_000));
  expect(appendHistory(host, "/vol", "more")).toBe("the file is too long");
  expect(host.files.readStatus(PATH)?.size).toBeGreaterThan(17_000_000);
});

test("appendHistory() returns the reason if a line cannot be kept", () => {
  const host = volume();
  host.disk.putDirectory(PATH);
  expect(appendHistory(host, "/vol", "x")).toMatch(/directory/i);
  expect(readHistory(host, "/vol")).toEqual([]);
});
