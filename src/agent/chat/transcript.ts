import type { ChatMessage } from "../model-client.ts";

/** What was said in a conversation. */
export interface Transcript {
  readonly messages: readonly ChatMessage[];
  /** The last question, answered or not; null before the first. */
  readonly question: string | null;
}

export const EMPTY_TRANSCRIPT: Transcript = { messages: [], question: null };

/** Keeps a question with its answer, a part of one too; what got no word of an answer is forgotten. */
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

/** Takes the last question and its answer out, where it has one, so that it can be asked again. */
export function withoutLast(transcript: Transcript): Transcript {
  const last = transcript.messages.findLastIndex(({ role }) => role === "user");
  const isAnswered = last >= 0 && transcript.messages[last]?.content === transcript.question;
  return isAnswered ? { ...transcript, messages: transcript.messages.slice(0, last) } : transcript;
}
