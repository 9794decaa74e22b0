import { expect, test } from "bun:test";
import {
  EMPTY_TRANSCRIPT,
  withAnswer,
  withoutLast,
} from "../../../../src/agent/chat/transcript.ts";

test("withAnswer() keeps a question with its answer, and no question without one", () => {
  const transcript = withAnswer({ ...EMPTY_TRANSCRIPT, question: "q" }, "q", "a");
  expect(transcript.messages).toEqual([
    { role: "user", content: "q" },
    { role: "assistant", content: "a" },
  ]);
  expect(withAnswer(transcript, "r", " \n")).toEqual(transcript);
});

test("withoutLast() removes the last answer, but not the one before a question that failed", () => {
  const one = withAnswer(EMPTY_TRANSCRIPT, "q", "a");
  const two = withAnswer(one, "r", "b");
  expect(withoutLast(two).messages).toEqual(one.messages);
  expect(withoutLast({ ...one, question: "failed" }).messages).toEqual(one.messages);
  expect(withoutLast(EMPTY_TRANSCRIPT)).toEqual(EMPTY_TRANSCRIPT);
});
