import type { ChatMessage } from "../model-client.ts";

/** The messages of a conversation. */
export interface Transcript {
  readonly messages: readonly ChatMessage[];
  /** The last question, answered or not; null before the first. */
  readonly question: string | null;
}

export const EMPTY_TRANSCRIPT: Transcript = { messages: [], question: null };

/** Adds a question with its answer, or with the part that arrived. A question without any answer is not kept. */
export function withAnswer(transcript: Transcript, question: string, answer: string): Transcript {
  if (answer.trim() === "") return transcript;
  return {
    question,
    messages: [
      ...transcript.messages,
      { role: "user", content: question },
      { role: "assistant", content: answer },
    ],
  };
}

/** Removes the last question, with its answer if it has one, so that it can be asked again. */
export function withoutLast(transcript: Transcript): Transcript {
  const last = transcript.messages.findLastIndex(({ role }) => role === "user");
  const isAnswered = last >= 0 && transcript.messages[last]?.content === transcript.question;
  return isAnswered ? { ...transcript, messages: transcript.messages.slice(0, last) } : transcript;
}
