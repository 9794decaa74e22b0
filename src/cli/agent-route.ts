import type { Entry, Table } from "./table.ts";

/** Commands that are the agent's: the external one's where there is one, else those of the built-in one. */
export const AGENT_COMMANDS: ReadonlySet<string> = new Set(["chat", "setup"]);

const TUI = new Set(["--tui", "-T"]);
const ABOUT_US = new Set(["--help", "-h", "--version", "-V"]);
const WITH_VALUE = new Set(["-p", "--profile", "--color"]);
const WITHOUT_VALUE = /^(?:--no-color$|--profile=|--color=)/;

/** The words of a command line without the flags that every command takes, right or wrong. */
function plainWords(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length && args[index] !== "--"; index += 1) {
    const arg = args[index] ?? "";
    if (WITH_VALUE.has(arg)) index += 1;
    else if (!WITHOUT_VALUE.test(arg)) words.push(arg);
  }
  return words;
}

/** Whether a command line names a profile, before `--`. */
export function namesProfile(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  return flags.some((arg) => arg === "-p" || arg === "--profile" || arg.startsWith("--profile="));
}

/**
 * Whether a command line is one of our own commands, which no agent gets: those of the table, `--help`
 * and `--version`. No words, `--tui`, the agent's commands and everything unknown are not.
 */
export function isOurs(table: Table, args: readonly string[]): boolean {
  const [first, ...rest] = plainWords(args);
  if (first === undefined) return false;
  if (first.startsWith("-")) {
    const flags = [first, ...rest];
    return flags.some((flag) => ABOUT_US.has(flag)) && !flags.some((flag) => TUI.has(flag));
  }
  const words = first === "help" ? rest : [first, ...rest];
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
