import { expect, test } from "bun:test";
import { LineSplitter } from "../../../../../src/services/image/logger/line-splitter.ts";

function collect() {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => void lines.push(Buffer.from(line).toString()));
  return { lines, splitter, feed: (text: string) => splitter.feed(Buffer.from(text)) };
}

test("LineSplitter joins what was read in pieces", () => {
  const { lines, splitter, feed } = collect();
  feed("one\ntw");
  expect(splitter.isInsideLine).toBe(true);
  feed("o\n\nthree");
  expect(lines).toEqual(["one\n", "two\n", "\n"]);
  splitter.endLine();
  expect(lines.at(-1)).toBe("three\n");
  expect(splitter.isInsideLine).toBe(false);
});

test("LineSplitter splits a line after 8192 bytes, as s6-log does", () => {
  const { lines, feed } = collect();
  feed(`${"x".repeat(9000)}\nend\n`);
  expect(lines.map(({ length }) => length)).toEqual([8193, 809, 4]);
});
