/** Why an answer ended other than of itself, in the words of OpenAI's API. */
const REASONS: Readonly<Record<string, string>> = {
  length: "The answer is cut off: the model's limit of tokens is reached",
  content_filter: "The answer is held back, or a part of it: by a filter at the model's server",
  tool_calls: "The model asks for a tool, and there is none here",
  function_call: "The model asks for a tool, and there is none here",
};

/**
 * What somebody should know of an answer that came to its end, by the reason that its server gave; null
 * where it is simply an answer.
 */
export function describeFinish(reason: string, isEmpty: boolean): string | null {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return known ?? (isEmpty ? "The answer is empty" : null);
}
