import { childOf, type Program } from "./command-table.ts";

const VERSION_FLAGS: ReadonlySet<string> = new Set(["--version", "-V"]);

/**
 * The text that a command line asks for and nothing else, which is there before anything is loaded; null for every
 * other command line.
 */
export function findStaticText(program: Program, args: readonly string[]): string | null {
  const [word = "", ...rest] = args;
  const name = VERSION_FLAGS.has(word) ? "version" : word;
  const entry = childOf(program, name);
  return rest.length === 0 && entry !== undefined && "text" in entry ? entry.text() : null;
}
