import { expect, test } from "bun:test";
import { createFileLines, type LinePart } from "../../../src/logs/file-lines.ts";
import { FakeHost } from "../../support/fake-host.ts";

const PATH = "/log";
const make = (text: string, part: LinePart) => ({ text, part });

function open(content: string | Uint8Array) {
  const host = new FakeHost();
  host.disk.putFile(PATH, content);
  const outcome = host.files.openFile(PATH);
  if (outcome.kind !== "file") throw new Error(outcome.kind);
  return { host, file: outcome.file };
}

function linesOf(content: string | Uint8Array, blockBytes: number): readonly string[] {
  const { file } = open(content);
  const lines = createFileLines(file, 0, blockBytes, make);
  const found: string[] = [];
  for (let raw = lines.next(file.size(), true); raw !== null; raw = lines.next(file.size(), true)) {
    if (raw.part === "line" || raw.part === "first") found.push(raw.text);
    else found.push(`${found.pop() ?? ""}${raw.text}`);
  }
  return found;
}

test.each([
  ["", []],
  ["\n", [""]],
  ["a", ["a"]],
  ["a\n", ["a"]],
  ["a\n\nb", ["a", "", "b"]],
  ["\ufeffa\nÄ世👋\n", ["\ufeffa", "Ä世👋"]],
])("createFileLines() reads the lines of %j with blocks of any size", (text, lines) => {
  for (const size of [1, 2, 3, 4096]) expect(linesOf(text, size)).toEqual(lines);
});

test("createFileLines() returns a very long line in parts of at most a block", () => {
  for (const length of [65_535, 65_536, 65_537, 200_000]) {
    const long = `${"世".repeat(Math.floor(length / 3))}x`;
    expect(linesOf(`a\n${long}\nb`, 4096)).toEqual(["a", long, "b"]);
    expect(linesOf(long, 65_536)).toEqual([long]);
  }
  const { file } = open("y".repeat(1_000_000));
  const lines = createFileLines(file, 0, 65_536, make);
  const first = lines.next(1_000_000, true);
  expect({ length: first?.text.length, part: first?.part }).toEqual({
    length: 65_536,
    part: "first",
  });
  expect(lines.offset()).toBe(65_536);
});

test("createFileLines() has U+FFFD for invalid UTF-8, and keeps the text around it", () => {
  const bytes = new Uint8Array([0x61, 0xff, 0x0a, 0x80, 0x80, 0x0a, 0x00, 0x62]);
  expect(linesOf(bytes, 3)).toEqual(["a\ufffd", "\ufffd\ufffd", "\0b"]);
  expect(linesOf(new Uint8Array(70_000).fill(0x80), 65_536)[0]?.length).toBe(70_000);
});

test("createFileLines() waits for the end of a line, and continues with appended lines", () => {
  const { host, file } = open("a\nb");
  const lines = createFileLines(file, 0, 4096, make);
  expect(lines.next(file.size(), false)).toEqual({ text: "a", part: "line" });
  expect(lines.next(file.size(), false)).toBeNull();
  expect(lines.offset()).toBe(2);
  host.files.appendToFile(PATH, "c\nd", 0o644);
  expect(lines.next(file.size(), false)).toEqual({ text: "bc", part: "line" });
  expect(lines.next(file.size(), true)).toEqual({ text: "d", part: "line" });
  expect(lines.next(file.size(), true)).toBeNull();
});

test("createFileLines() reads nothing behind its end", () => {
  const { host, file } = open(`a\nb\n${"c".repeat(100_000)}`);
  const lines = createFileLines(file, 0, 65_536, make);
  lines.next(4, true);
  lines.next(4, true);
  expect(lines.next(4, true)).toBeNull();
  expect(host.disk.bytesRead).toBe(4);
});
