import { parseArgs } from "node:util";
import type { ArgsDef } from "citty";
import type { AppError } from "../core/errors.ts";
import { listFlags, listPlaces, type Flag } from "./arguments.ts";
import { didYouMean, nearest } from "./nearest.ts";
import { usageError } from "./usage-error.ts";

/** The failure of an unknown flag, with the long one that may have been meant; one letter is no hint of another. */
export function unknownFlag(spelling: string, known: readonly string[]): AppError {
  const near = spelling.startsWith("--") ? nearest(spelling.slice(2), known) : null;
  return usageError(`Unknown flag '${spelling}'${didYouMean(near === null ? null : `--${near}`)}`);
}

/** Splits words at the flags that they are; a flag that is not known takes no value. */
function parseTokens(words: readonly string[], flags: readonly Flag[]) {
  const options = flags.map(({ name, short, hint }) => {
    const type: "boolean" | "string" = hint === null ? "boolean" : "string";
    return [name, { type, ...(short === null ? {} : { short }) }] as const;
  });
  return parseArgs({
    args: [...words],
    options: Object.fromEntries(options),
    strict: false,
    tokens: true,
  }).tokens;
}

/**
 * Refuses what citty lets pass: unknown flags, extra words, a flag without its value, a value for a switch, a missing
 * word. Of `everywhere`, the flags of every command, an unknown one may be a misspelling.
 */
export function checkArguments(
  rawArgs: readonly string[],
  args: ArgsDef,
  everywhere: ArgsDef,
): void {
  const flags = listFlags(args);
  const places = listPlaces(args);
  let words = 0;
  for (const token of parseTokens(rawArgs, flags)) {
    if (token.kind === "positional") {
      words += 1;
      if (words > places.length) throw usageError(`Unexpected argument '${token.value}'`);
    } else if (token.kind === "option") {
      const { name, rawName, value, index } = token;
      const flag = flags.find((one) => one.name === name);
      if (flag === undefined) {
        // Of short flags that are written together, all are shown.
        const spelling = rawName.startsWith("--") ? rawName : (rawArgs[index] ?? rawName);
        throw unknownFlag(spelling, [...flags.map((one) => one.name), ...Object.keys(everywhere)]);
      }
      if (flag.hint === null && value !== undefined) {
        throw usageError(`Flag '${rawName}' takes no value`);
      }
      if (flag.hint !== null && value === undefined) {
        throw usageError(`Flag '${rawName}' needs a value`);
      }
    }
  }
  const missing = places.slice(words).find(({ isRequired }) => isRequired);
  if (missing !== undefined) throw usageError(`Missing argument ${missing.hint}`);
}
