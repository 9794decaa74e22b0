/**
 * A text without control characters but newline and tab: a terminal must not obey what a model says, or
 * what somebody pastes.
 */
export function cleanText(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n\t]/gu, "");
}
