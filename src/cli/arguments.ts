import type { ArgDef, ArgsDef } from "citty";

interface Argument {
  readonly name: string;
  readonly summary: string;
  /** The words that it takes; empty if it takes any, or none. */
  readonly choices: readonly string[];
}

/** The argument of a command that takes one profile. */
export const PROFILE_NAME = {
  type: "positional",
  description: "The profile's name",
  required: true,
} as const;

/** The same of a profile that exists, which completion knows. */
export const EXISTING_PROFILE = { ...PROFILE_NAME, valueHint: "PROFILE" } as const;

/** A flag of a command: `-n, --lines N`. */
export interface Flag extends Argument {
  /** The one-letter spelling; null if there is none. */
  readonly short: string | null;
  /** The placeholder of its value in help; null if it takes none. */
  readonly hint: string | null;
}

/** A positional argument of a command. */
export interface Place extends Argument {
  /** Its placeholder in help. */
  readonly hint: string;
  readonly isRequired: boolean;
}

function describe(name: string, definition: ArgDef, hint: string): Argument {
  const options = definition.type === "enum" ? definition.options : undefined;
  const choices = options ?? (hint.includes("|") ? hint.split("|") : []);
  return { name, summary: definition.description ?? "", choices };
}

/** Returns the flags among the arguments of a command, in order. */
export function listFlags(args: ArgsDef): readonly Flag[] {
  return Object.entries(args).flatMap(([name, definition]) => {
    if (definition.type === "positional") return [];
    const alias = "alias" in definition ? definition.alias : undefined;
    const short = typeof alias === "string" ? alias : null;
    const hint = definition.type === "boolean" ? null : (definition.valueHint ?? "VALUE");
    return [{ ...describe(name, definition, hint ?? ""), short, hint }];
  });
}

/** Returns the positional arguments of a command, in order. */
export function listPlaces(args: ArgsDef): readonly Place[] {
  return Object.entries(args).flatMap(([name, definition]) => {
    if (definition.type !== "positional") return [];
    const hint = definition.valueHint ?? name.toUpperCase();
    const isRequired = definition.required !== false;
    return [{ ...describe(name, definition, hint), hint, isRequired }];
  });
}

/** Returns the spellings of a flag: `--lines`, `-n`. */
export function spellingsOf({ name, short }: Flag): readonly string[] {
  return [`--${name}`, ...(short === null ? [] : [`-${short}`])];
}
