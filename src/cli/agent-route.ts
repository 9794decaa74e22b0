import { hasFlag, scanCommandLine, TERMINAL_FLAGS } from "../core/command-line.ts";
import type { Entry, Table } from "./command-table.ts";

/** Commands of the agent: of the external one if it is installed, else of the built-in one. */
export const AGENT_COMMANDS: ReadonlySet<string> = new Set(["chat", "setup"]);

const ABOUT_US = ["--help", "-h", "--version", "-V"];

/**
 * Returns true for a command line that no agent gets: one of the commands in the table, `--help` or `--version`. No
 * words, `--tui`, the agent's commands and everything unknown are the agent's.
 */
export function isOurs(table: Table, args: readonly string[]): boolean {
  const line = scanCommandLine(args);
  const [first, ...rest] = line.words;
  if (first === undefined) return false;
  if (first.startsWith("-")) return hasFlag(line, ABOUT_US) && !hasFlag(line, TERMINAL_FLAGS);
  const words = first === "help" ? rest : line.words;
  let entry: Entry = { summary: "", examples: [], children: table };
  for (const word of words) {
    if (!("children" in entry) || word.startsWith("-")) return true;
    const isAgents = entry.children === table && AGENT_COMMANDS.has(word);
    const child: Entry | undefined = Object.hasOwn(entry.children, word)
      ? entry.children[word]
      : undefined;
    if (isAgents || child === undefined) return false;
    entry = child;
  }
  return true;
}
