import type { ArgsDef } from "citty";
import type { ColorMode } from "../terminal/style.ts";
import { usageError } from "./usage-error.ts";

/** A command line without the flags that every command takes. */
export interface SplitFlags {
  /** null where none is named. */
  readonly profile: string | null;
  readonly color: ColorMode;
  readonly words: readonly string[];
}

/** What every `hermes` command takes, for those who describe commands. */
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

function isColorMode(text: string): text is ColorMode {
  return text === "auto" || text === "always" || text === "never";
}

/** One flag of ours with its value, and how many words it takes. */
interface Taken {
  readonly flag: "profile" | "color";
  readonly spelling: string;
  /** null where it is missing. */
  readonly value: string | null;
  readonly count: number;
}

function take(args: readonly string[], index: number): Taken | null {
  const arg = args[index] ?? "";
  const next = { value: args[index + 1] ?? null, count: 2 };
  if (arg === "-p" || arg === "--profile") return { flag: "profile", spelling: arg, ...next };
  if (arg === "--color") return { flag: "color", spelling: arg, ...next };
  if (arg === "--no-color") return { flag: "color", spelling: arg, value: "never", count: 1 };
  for (const flag of ["profile", "color"] as const) {
    const spelling = `--${flag}`;
    if (!arg.startsWith(`${spelling}=`)) continue;
    return { flag, spelling, value: arg.slice(spelling.length + 1), count: 1 };
  }
  return null;
}

/**
 * Takes `-p NAME`, `--profile NAME`, `--color WHEN` and `--no-color` out, wherever they stand before `--`;
 * the last of each counts. Throws a usage error where a value is missing or wrong.
 */
export function splitGlobalFlags(args: readonly string[], path: readonly string[]): SplitFlags {
  const words: string[] = [];
  let profile: string | null = null;
  let color: ColorMode = "auto";
  for (let index = 0; index < args.length; index += 1) {
    if (args[index] === "--") {
      words.push(...args.slice(index));
      break;
    }
    const taken = take(args, index);
    if (taken === null) {
      words.push(args[index] ?? "");
      continue;
    }
    const { flag, spelling, value, count } = taken;
    if (value === null) throw usageError(`Flag '${spelling}' needs a value`, path);
    if (flag === "profile") profile = value;
    else if (isColorMode(value)) color = value;
    else {
      throw usageError(`Flag '--color' takes auto, always or never, not '${value}'`, path);
    }
    index += count - 1;
  }
  return { profile, color, words };
}

/** What `--color` says, for those who print before and after the command line is taken apart. */
export function readColorMode(args: readonly string[]): ColorMode {
  let color: ColorMode = "auto";
  for (let index = 0; index < args.length && args[index] !== "--"; index += 1) {
    const taken = take(args, index);
    if (taken === null) continue;
    index += taken.count - 1;
    if (taken.flag === "color" && taken.value !== null && isColorMode(taken.value)) {
      color = taken.value;
    }
  }
  return color;
}
