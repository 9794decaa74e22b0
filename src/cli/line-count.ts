import { usageError } from "./usage-error.ts";

/** How many lines or events `-n` asks for; `initial` where it is not there. Throws a usage error for no number. */
export function readLineCount(
  text: string | undefined,
  initial: number,
  path: readonly string[],
): number {
  if (text === undefined) return initial;
  if (text === "all") return Infinity;
  if (/^\d+$/.test(text)) return Number(text);
  throw usageError(`-n takes a number or \`all\`, not '${text}'`, path);
}
