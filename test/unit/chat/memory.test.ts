import { expect, test } from "bun:test";
import { NO_MEMORY, withAnswer, withoutLast } from "../../../src/chat/memory.ts";

test("withAnswer() keeps a question with its answer, and nothing of what got none", () => {
  const memory = withAnswer({ ...NO_MEMORY, question: "q" }, "q", "a");
  expect(memory.messages).toEqual([
    { role: "user", content: "q" },
    { role: "assistant", content: "a" },
  ]);
  expect(withAnswer(memory, "r", " \n")).toEqual(memory);
});

test("withoutLast() takes the last answer back, but not the one before a question that failed", () => {
  const one = withAnswer(NO_MEMORY, "q", "a");
  const two = withAnswer(one, "r", "b");
  expect(withoutLast(two).messages).toEqual(one.messages);
  expect(withoutLast({ ...one, question: "failed" }).messages).toEqual(one.messages);
  expect(withoutLast(NO_MEMORY)).toEqual(NO_MEMORY);
});
