import { expect, test } from "bun:test";
import { LineQueue } from "../../../../../src/services/image/logger/line-queue.ts";

const bytes = (text: string) => Buffer.from(text);
const text = (taken: Uint8Array) => Buffer.from(taken).toString();

test("LineQueue gives back whole lines, as many as fit and at least one", () => {
  const queue = new LineQueue(64);
  expect(text(queue.take(10))).toBe("");
  for (const line of ["one\n", "two\n", "three and more\n"])
    expect(queue.push(bytes(line))).toBe(0);
  expect(text(queue.take(9))).toBe("one\ntwo\n");
  expect(text(queue.take(5))).toBe("three and more\n");
  expect(queue.length).toBe(0);
});

test("LineQueue drops the oldest lines, and counts them", () => {
  const queue = new LineQueue(32);
  let dropped = 0;
  for (let index = 10; index < 60; index += 1) dropped += queue.push(bytes(`${index}\n`));
  const rest = text(queue.take(100));
  expect(rest).toEndWith("58\n59\n");
  expect(rest.split("\n").length - 1 + dropped).toBe(50);
  expect(dropped).toBeGreaterThan(0);
});

test("LineQueue never grows, whatever is pushed and taken", () => {
  const queue = new LineQueue(100);
  let [pushed, seen] = [0, 0];
  for (let index = 0; index < 1000; index += 1) {
    const line = `${"x".repeat(index % 37)}\n`;
    pushed += 1;
    seen += queue.push(bytes(line));
    if (index % 3 === 0) seen += text(queue.take(20)).split("\n").length - 1;
    expect(queue.length).toBeLessThanOrEqual(100);
  }
  seen += text(queue.take(100)).split("\n").length - 1;
  expect(seen).toBe(pushed);
});

test("LineQueue refuses a line that it could never hold", () => {
  expect(new LineQueue(8).push(bytes("much too long\n"))).toBe(1);
});
