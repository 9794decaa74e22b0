import { expect, test } from "bun:test";
import { detectFormat, isEventStream } from "../../../src/agent/response-format.ts";

const SSE = "text/event-stream";

async function* source(pieces: readonly string[], left: () => void) {
  try {
    for (const piece of pieces) yield new TextEncoder().encode(piece);
  } finally {
    left();
  }
}

const nothing = () => undefined;

test.each([
  [SSE, true],
  ["Text/Event-Stream;charset=UTF-8", true],
  ["text/event-streams", false],
  ["application/json", false],
  ["", false],
])("isEventStream(%j) is %p", (type, expected) => {
  expect(isEventStream(type)).toBe(expected);
});

test.each([
  [SSE, ["data: {}"], true],
  [SSE, [], true],
  [SSE, ['{"error": 1}'], false],
  ["", ["data: {}"], true],
  ["", [": comment"], true],
  ["application/json", ["", "\uFEFF", "\n", "event: a\ndata: {}"], true],
  ["application/json", [" {}"], false],
  ["text/html", ["<html>"], false],
  ["", [], false],
  ["text/plain", ["[]"], false],
])(
  "detectFormat(): %j that begins with %j: a stream is %p, and nothing is lost",
  async (...row) => {
    const [type, pieces, isStream] = row;
    const form = await detectFormat(source(pieces, nothing), type);
    expect(form.isStream).toBe(isStream);
    const text = (await Array.fromAsync(form.body)).map((piece) => Buffer.from(piece).toString());
    expect(text).toEqual([...pieces]);
  },
);

test("detectFormat() waits for no more than it needs, and ends the source if its reader stops", async () => {
  let isLeft = false;
  const body = source(["data: a\n\n", "data: b\n\n"], () => (isLeft = true));
  const form = await detectFormat(body, SSE);
  for await (const _ of form.body) break;
  expect(isLeft).toBe(true);
});
