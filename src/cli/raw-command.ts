import type { ArgsDef } from "citty";
import type { Command, Example } from "./command.ts";

const RAW: ArgsDef = {};

/** Makes a command that takes its words as they are, flags and all. */
export function rawCommand(
  run: (rawArgs: readonly string[]) => Promise<number>,
  examples: readonly Example[] = [],
): Command {
  return { args: RAW, examples, run };
}

/** Returns true if the strict check of arguments leaves a command's words alone. */
export function isRaw(candidate: Command): boolean {
  return candidate.args === RAW;
}
