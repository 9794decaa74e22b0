import type { ArgsDef } from "citty";

/** A command line that a reader can copy, and what it does. */
export type Example = readonly [line: string, does: string];

/** A command that can be run: its arguments as citty knows them, what it is good for, and what it does. */
export interface Command {
  readonly args: ArgsDef;
  /** Shown first in its help, in the man page too. */
  readonly examples: readonly Example[];
  /** Returns the exit code. */
  readonly run: (rawArgs: readonly string[]) => Promise<number>;
}

/** A command that takes its words as they are, flags and all. */
export function rawCommand(
  run: (rawArgs: readonly string[]) => Promise<number>,
  examples: readonly Example[] = [],
): Command {
  return { args: RAW, examples, run };
}

const RAW: ArgsDef = {};

/** True if the strict check of arguments leaves a command's words alone. */
export function isRaw(candidate: Command): boolean {
  return candidate.args === RAW;
}
