import type { ArgDef, ArgsDef } from "citty";
import type { AppError } from "../core/errors.ts";
import { GLOBAL_FLAGS } from "./global-flags.ts";
import { nearest } from "./nearest.ts";
import { usageError } from "./usage-error.ts";

interface Flag {
  readonly takesValue: boolean;
  /** The values that it takes; null if it takes any. */
  readonly options: readonly string[] | null;
}

/** The other spellings of a flag, without dashes. */
export function aliasesOf(definition: ArgDef): readonly string[] {
  if (!("alias" in definition) || definition.alias === undefined) return [];
  return typeof definition.alias === "string" ? [definition.alias] : definition.alias;
}

function flagsOf(args: ArgsDef): ReadonlyMap<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    const takesValue = definition.type === "string" || definition.type === "enum";
    const options = definition.type === "enum" ? (definition.options ?? []) : null;
    for (const spelling of [name, ...aliasesOf(definition)]) {
      flags.set(spelling.length === 1 ? `-${spelling}` : `--${spelling}`, { takesValue, options });
    }
  }
  return flags;
}

function longNames(flags: ReadonlyMap<string, Flag>): readonly string[] {
  return [...flags.keys()].map((spelling) => spelling.replace(/^-+/, ""));
}

/** A flag that is none, with the long one that may have been meant; one letter is no hint of another. */
export function unknownFlag(
  spelling: string,
  known: readonly string[],
  path: readonly string[],
): AppError {
  const names = [...known, ...(path[0] === "hermes" ? Object.keys(GLOBAL_FLAGS) : [])];
  const long = names.filter((name) => name.length > 1);
  const near = spelling.startsWith("--") ? nearest(spelling.slice(2), long) : null;
  const guess = near === null ? "" : `; did you mean '--${near}'?`;
  return usageError(`Unknown flag '${spelling}'${guess}`, path);
}

/**
 * Splits one word of short flags, such as `-fn` or `-n5`, into one word each; null if a letter is no flag.
 */
function separate(
  letters: string,
  flags: ReadonlyMap<string, Flag>,
): { readonly words: readonly string[]; readonly needsValue: boolean } | null {
  const words: string[] = [];
  for (let index = 0; index < letters.length; index += 1) {
    const spelling = `-${letters.charAt(index)}`;
    const flag = flags.get(spelling);
    if (flag === undefined) return null;
    words.push(spelling);
    if (!flag.takesValue) continue;
    const value = letters.slice(index + 1);
    return { words: value === "" ? words : [...words, value], needsValue: value === "" };
  }
  return { words, needsValue: false };
}

/**
 * Takes short flags apart that are written together, as other programs allow it: `-fn 5`, `-n5`. Words that are no
 * such flags stay as they are.
 */
export function separateShortFlags(rawArgs: readonly string[], args: ArgsDef): readonly string[] {
  const flags = flagsOf(args);
  const words: string[] = [];
  for (let index = 0; index < rawArgs.length; index += 1) {
    const arg = rawArgs[index] ?? "";
    if (arg === "--") return [...words, ...rawArgs.slice(index)];
    const parts = /^-[a-zA-Z]./.test(arg) ? separate(arg.slice(1), flags) : null;
    words.push(...(parts?.words ?? [arg]));
    // The word behind it is its value, whatever it looks like.
    if (!(parts?.needsValue ?? flags.get(arg)?.takesValue ?? false)) continue;
    index += 1;
    words.push(...rawArgs.slice(index, index + 1));
  }
  return words;
}

/**
 * Refuses what citty lets pass: unknown flags, extra words, a flag without its value, a value for a
 * switch, a missing word. Throws a usage error; `path` is the command for its hint.
 */
export function checkArguments(
  rawArgs: readonly string[],
  args: ArgsDef,
  path: readonly string[],
): void {
  const flags = flagsOf(args);
  const places = Object.entries(args).filter(([, definition]) => definition.type === "positional");
  let words = 0;
  const takeWord = (word: string) => {
    words += 1;
    if (words > places.length) throw usageError(`Unexpected argument '${word}'`, path);
  };
  for (let index = 0; index < rawArgs.length; index += 1) {
    const arg = rawArgs[index] ?? "";
    if (arg === "--") {
      for (const word of rawArgs.slice(index + 1)) takeWord(word);
      break;
    }
    if (!arg.startsWith("-") || arg === "-") {
      takeWord(arg);
      continue;
    }
    const equals = arg.startsWith("--") ? arg.indexOf("=") : -1;
    const spelling = equals < 0 ? arg : arg.slice(0, equals);
    const flag = flags.get(spelling);
    if (flag === undefined) throw unknownFlag(spelling, longNames(flags), path);
    if (!flag.takesValue && equals >= 0) {
      throw usageError(`Flag '${spelling}' takes no value`, path);
    }
    if (!flag.takesValue) continue;
    if (equals < 0) index += 1;
    const value = equals < 0 ? rawArgs[index] : arg.slice(equals + 1);
    if (value === undefined) throw usageError(`Flag '${spelling}' needs a value`, path);
    if (flag.options?.includes(value) === false) {
      const choice = flag.options.map((option) => `'${option}'`).join(", ");
      throw usageError(`Flag '${spelling}' takes one of ${choice}, not '${value}'`, path);
    }
  }
  const missing = places.slice(words).find(([, definition]) => definition.required !== false);
  if (missing === undefined) return;
  const [name, { valueHint }] = missing;
  throw usageError(`Missing argument ${valueHint ?? name.toUpperCase()}`, path);
}
