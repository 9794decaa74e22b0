/** Descriptions of the reasons of OpenAI's API for which an answer is cut off. */
const REASONS: Readonly<Record<string, string>> = {
  length: "The answer is cut off: the model's limit of tokens is reached",
  content_filter: "The answer is held back, or a part of it: by a filter at the model's server",
  tool_calls: "The model asks for a tool, and this chat has none",
  function_call: "The model asks for a tool, and this chat has none",
};

/** Returns a remark about an answer that has ended, by the reason of its server; null if there is none. */
export function describeFinish(reason: string, isEmpty: boolean): string | null {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return known ?? (isEmpty ? "The answer is empty" : null);
}
