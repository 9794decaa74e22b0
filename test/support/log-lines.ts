import type { LogLine } from "../../src/logs/log-line.ts";
import type { NextLine } from "../../src/logs/merge-logs.ts";

/** All lines that are left. */
export function takeAll(next: NextLine): readonly LogLine[] {
  const lines: LogLine[] = [];
  for (let line = next(); line !== null; line = next()) lines.push(line);
  return lines;
}
