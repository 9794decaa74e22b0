import type { ArgsDef } from "citty";

/** A command that can be run: its arguments as citty knows them, and what it does. */
export interface Command {
  readonly args: ArgsDef;
  /** Returns the exit code. */
  readonly run: (rawArgs: readonly string[]) => Promise<number>;
}

/** A command that takes its words as they are, flags and all. */
export function rawCommand(run: (rawArgs: readonly string[]) => Promise<number>): Command {
  return { args: RAW, run };
}

const RAW: ArgsDef = {};

/** Whether the strict check leaves a command's words alone. */
export function isRaw(candidate: Command): boolean {
  return candidate.args === RAW;
}
