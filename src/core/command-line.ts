/** Flags that ask for a conversation on the terminal. */
export const TERMINAL_FLAGS = ["--tui", "-T"] as const;

/** The flag of `gateway run` that keeps the gateway in the foreground. */
export const NO_SUPERVISE = "--no-supervise";

/** A flag that every `hermes` command takes. */
export interface GlobalFlag {
  readonly name: "profile" | "color";
  /** As it was typed, without its value. */
  readonly spelling: string;
  /** null if it is missing. */
  readonly value: string | null;
}

/** A `hermes` command line, taken apart. Nothing from `--` on is a flag. */
export interface CommandLine {
  /** The command, its arguments and its own flags, in the order in which they were typed. */
  readonly words: readonly string[];
  /** `--` and everything behind it; empty without `--`. */
  readonly rest: readonly string[];
  readonly flags: readonly GlobalFlag[];
}

/** One global flag, and the number of words that it takes. */
type Found = readonly [flag: GlobalFlag, count: 1 | 2];

function findGlobalFlag(arg: string, next: string | null): Found | null {
  if (arg === "--no-color") return [{ name: "color", spelling: arg, value: "never" }, 1];
  if (arg === "-p") return [{ name: "profile", spelling: arg, value: next }, 2];
  const short = /^-p=?(?<value>.*)$/s.exec(arg)?.groups?.["value"];
  if (short !== undefined) return [{ name: "profile", spelling: "-p", value: short }, 1];
  const long = /^--(?<name>profile|color)(?:=(?<value>.*))?$/s.exec(arg)?.groups;
  if (long === undefined) return null;
  const name = long["name"] === "profile" ? "profile" : "color";
  const value = long["value"];
  const spelling = `--${name}`;
  return value === undefined
    ? [{ name, spelling, value: next }, 2]
    : [{ name, spelling, value }, 1];
}

/** Returns the words in front of `--`. */
export function wordsBeforeSeparator(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end < 0 ? args : args.slice(0, end);
}

/**
 * Takes `-p NAME`, `-pNAME`, `-p=NAME`, `--profile NAME`, `--profile=NAME`, `--color WHEN`, `--color=WHEN` and
 * `--no-color` out of a command line, wherever they stand in front of `--`. The word behind a flag that needs a value
 * is that value, whatever it looks like.
 */
export function scanCommandLine(args: readonly string[]): CommandLine {
  const words: string[] = [];
  const flags: GlobalFlag[] = [];
  let index = 0;
  for (; index < args.length && args[index] !== "--"; index += 1) {
    const arg = args[index] ?? "";
    const found = findGlobalFlag(arg, args[index + 1] ?? null);
    if (found === null) {
      words.push(arg);
      continue;
    }
    flags.push(found[0]);
    index += found[1] - 1;
  }
  return { words, rest: args.slice(index), flags };
}

/** Returns the profile that a command line names last, as it was typed; null if it names none. */
export function findNamedProfile({ flags }: CommandLine): string | null {
  return flags.findLast(({ name }) => name === "profile")?.value ?? null;
}

/** Returns true if the words, which hold no global flag, have one of these flags. */
export function hasFlag({ words }: CommandLine, spellings: readonly string[]): boolean {
  return words.some((word) => spellings.includes(word));
}
