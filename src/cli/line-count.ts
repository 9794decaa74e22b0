import { usageError } from "./usage-error.ts";

/**
 * Returns the number of lines or events that `-n` asks for; `initial` without it. Throws a usage error for anything but
 * a number.
 */
export function readLineCount(text: string | undefined, initial: number): number {
  if (text === undefined) return initial;
  if (text === "all") return Infinity;
  if (/^\d+$/.test(text)) return Number(text);
  throw usageError(`-n takes a number or \`all\`, not '${text}'`);
}
