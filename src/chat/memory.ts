import type { ChatMessage } from "../agent/model-client.ts";

/** What was said in a conversation. */
export interface Memory {
  readonly messages: readonly ChatMessage[];
  /** The last question, answered or not; null before the first. */
  readonly question: string | null;
}

export const NO_MEMORY: Memory = { messages: [], question: null };

/** Keeps a question with its answer, a part of one too; what got no word of an answer is forgotten. */
export function withAnswer(memory: Memory, question: string, answer: string): Memory {
  if (answer.trim() === "") return memory;
  return {
    question,
    messages: [
      ...memory.messages,
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  };
}

/** Takes the last question and its answer out, where it has one, so that it can be asked again. */
export function withoutLast(memory: Memory): Memory {
  const last = memory.messages.findLastIndex(({ role }) => role === "user");
  const isAnswered = last >= 0 && memory.messages[last]?.content === memory.question;
  return isAnswered ? { ...memory, messages: memory.messages.slice(0, last) } : memory;
}
