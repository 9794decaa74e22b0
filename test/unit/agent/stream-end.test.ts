import { expect, test } from "bun:test";
import { StreamEnd } from "../../../src/agent/stream-end.ts";

function isWhole(...pieces: readonly string[]): boolean {
  const end = new StreamEnd();
  for (const piece of pieces) end.push(new TextEncoder().encode(piece));
  return end.isWhole();
}

const REASON = 'data: {"choices":[{"delta":{},"finish_reason": "stop"}]}\n\n';

test.each([
  [["data: [DONE]\n\n"]],
  [["data: {}\n\ndata:[DONE]"]],
  [["data: [DO", "NE]", "\n\n"]],
  [[REASON]],
  [[REASON, 'data: {"choices":[],"usage":{"total_tokens":1}}\n\n']],
  [["x".repeat(100_000), REASON, ": bye\n\n".repeat(100)]],
  [['data: {"error":{"message":"out of memory"}}\n\n']],
  [['data: {"error":"out of memory"}\n\n']],
  [['data: {"object":"error","message":"too long"}\n\n']],
])("StreamEnd takes a stream that ends with %j for whole", (pieces) => {
  expect(isWhole(...pieces)).toBe(true);
});

test.each([
  [[]],
  [['data: {"choices":[{"delta":{"content":"[DONE]"},"finish_reason":null}],"error":null}\n\n']],
  [['data: {"choices":[{"delta":{"content":"\\"finish_reason\\": \\"stop\\""}}]}\n\n']],
  [[REASON, "data: {}\n\n".repeat(10_000)]],
])("StreamEnd takes a stream that ends with %j for half of one", (pieces) => {
  expect(isWhole(...pieces)).toBe(false);
});
