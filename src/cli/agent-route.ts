import { hasFlag, scanCommandLine, TERMINAL_FLAGS } from "../core/command-line.ts";
import { childOf, type Entry, type Program } from "./command-table.ts";

/** Commands of the agent: of the external one if it is installed, else of the built-in one. */
export const AGENT_COMMANDS: ReadonlySet<string> = new Set(["chat", "setup"]);

const ABOUT_US = ["--help", "-h", "--version", "-V"];

/**
 * Returns true for a command line that no agent gets: one of the program's commands, `--help` or `--version`. No words,
 * `--tui`, the agent's commands and everything unknown are the agent's.
 */
export function isOurs(program: Program, args: readonly string[]): boolean {
  const line = scanCommandLine(args);
  const [first, ...rest] = line.words;
  if (first === undefined) return false;
  if (first.startsWith("-")) return hasFlag(line, ABOUT_US) && !hasFlag(line, TERMINAL_FLAGS);
  let entry: Entry = program;
  for (const word of first === "help" ? rest : line.words) {
    if (!("children" in entry) || word.startsWith("-")) return true;
    const child = childOf(entry, word);
    if (child === undefined || (entry === program && AGENT_COMMANDS.has(word))) return false;
    entry = child;
  }
  return true;
}
