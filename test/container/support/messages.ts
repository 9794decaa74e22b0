import { expect } from "bun:test";
import type { ProgramResult } from "../harness/run-program.ts";

/** A failure as an operator may see it: its sentence, at most a hint, nothing on stdout and no stack. */
export function expectRefusal(
  result: ProgramResult,
  code: number,
  sentence: string | RegExp,
): void {
  const [first, second, ...more] = result.stderr.trimEnd().split("\n");
  expect(result.stdout).toBe("");
  expect(first).toMatch(sentence);
  expect(first).toStartWith("✗ ");
  if (second !== undefined) expect(second).toStartWith("  Hint: ");
  expect(more).toEqual([]);
  expect(result.code).toBe(code);
}

/** The lines that say something is wrong. That no model is configured is as it is in most of these tests. */
export function complaintsIn(output: string): readonly string[] {
  return linesOf(output, /warning|✗|denied|fatal/).filter(
    (line) => !line.startsWith("warning: No model is configured: "),
  );
}

/** The lines of a text that match. */
export function linesOf(text: string, pattern: RegExp): readonly string[] {
  return text.split("\n").filter((line) => pattern.test(line));
}
