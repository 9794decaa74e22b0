import type { ArgsDef } from "citty";
import { findNamedProfile, scanCommandLine } from "../core/command-line.ts";
import type { ColorMode } from "../terminal/style.ts";
import { usageError } from "./usage-error.ts";

/** A command line without the flags that every command takes. */
export interface SplitFlags {
  /** null if none is named. */
  readonly profile: string | null;
  readonly words: readonly string[];
}

/** The flags that every `hermes` command takes, for help, manual and completion. */
export const GLOBAL_FLAGS = {
  profile: {
    type: "string",
    alias: "p",
    valueHint: "NAME",
    description: "Act for this profile instead of the current one",
  },
  color: {
    type: "enum",
    options: ["auto", "always", "never"],
    valueHint: "WHEN",
    description: "Use colour: always, never, or auto (on a terminal)",
  },
  help: { type: "boolean", alias: "h", description: "Show this help" },
} as const satisfies ArgsDef;

function isColorMode(text: string | null): text is ColorMode {
  return text === "auto" || text === "always" || text === "never";
}

/**
 * Takes the global flags out of a command line; the last of each counts. Throws a usage error if a value is missing or
 * wrong.
 */
export function splitGlobalFlags(args: readonly string[]): SplitFlags {
  const line = scanCommandLine(args);
  for (const { name, spelling, value } of line.flags) {
    if (value === null) throw usageError(`Flag '${spelling}' needs a value`);
    if (name === "color" && !isColorMode(value)) {
      throw usageError(`Flag '--color' takes auto, always or never, not '${value}'`);
    }
  }
  return { profile: findNamedProfile(line), words: [...line.words, ...line.rest] };
}

/** Returns the valid value of `--color` that comes last, also if the rest of the command line is wrong. */
export function readColorMode(args: readonly string[]): ColorMode {
  const colors = scanCommandLine(args).flags.flatMap(({ name, value }) =>
    name === "color" && isColorMode(value) ? [value] : [],
  );
  return colors.at(-1) ?? "auto";
}
