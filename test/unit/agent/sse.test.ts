import { expect, test } from "bun:test";
import { readEvents } from "../../../src/agent/sse.ts";
import { measureProcessorMs } from "../../support/processor-time.ts";

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.slice(start, start + size);
}

async function read(text: string, size = 65_536): Promise<readonly string[]> {
  return Array.fromAsync(readEvents(pieces(new TextEncoder().encode(text), size)));
}

test.each([
  ["data: a\n\ndata: b\n\n", ["a", "b"]],
  ["data: a\r\n\r\ndata: b\r\n\r\n", ["a", "b"]],
  ["data: a\r\rdata: b\r\r", ["a", "b"]],
  ["data:a\n\n", ["a"]],
  ["data:  a\n\n", [" a"]],
  ["data: a\ndata: b\n\n", ["a\nb"]],
  ["data\n\n", [""]],
  [": comment\n\nevent: x\nid: 1\nretry: 5\ndata: a\n\n\n\n", ["a"]],
  ["data: last", ["last"]],
  ["data: last\r", ["last"]],
  ["dataset: no\n\n", []],
  ["", []],
  ["\uFEFFdata: ä😀\n\n", ["ä😀"]],
])("readEvents(%j) yields %j, wherever it is cut", async (text, events) => {
  for (const size of [1, 2, 3, 5, 1000]) expect(await read(text, size)).toEqual(events);
});

test("readEvents() yields an event as soon as it is whole", async () => {
  let asked = 0;
  async function* source(): AsyncGenerator<Uint8Array> {
    asked += 1;
    yield new TextEncoder().encode("data: a\n\ndata: b");
    asked += 1;
    yield new TextEncoder().encode("\n\n");
  }
  const events = readEvents(source());
  expect((await events.next()).value).toBe("a");
  expect(asked).toBe(1);
});

test("readEvents() refuses a line that never ends", async () => {
  const text = `data: ${"x".repeat(5_000_000)}`;
  expect(read(text, 1_000_000)).rejects.toThrow("a line of the stream is too long");
});

test("readEvents() refuses an event that never ends, and reads long ones quickly", async () => {
  const lines = "data: x\n".repeat(150_000);
  const taken = await measureProcessorMs(async () => {
    expect((await read(`${lines}\n`))[0]).toHaveLength(299_999);
  });
  expect(taken).toBeLessThan(2000);
  expect(read(`data: ${"x".repeat(1000)}\n`.repeat(5000))).rejects.toThrow(
    "an event of the stream is too long",
  );
});
