import type { ModelSettings } from "../config-values.ts";
import type { ChatMessage } from "../model-client.ts";
import type { ProfileName } from "../../profiles/name.ts";

/** The profile that a chat is with. */
export interface ChatProfile {
  readonly name: ProfileName;
  /** The profile's directory. */
  readonly directory: string;
  readonly model: ModelSettings;
  /** The system prompt; null if there is none. */
  readonly soul: string | null;
}

/** Returns the messages for the model: the system prompt, the conversation so far, and the question. */
export function buildMessages(
  { soul }: ChatProfile,
  before: readonly ChatMessage[],
  question: string,
): readonly ChatMessage[] {
  const system: ChatMessage[] = soul === null ? [] : [{ role: "system", content: soul }];
  return [...system, ...before, { role: "user", content: question }];
}
