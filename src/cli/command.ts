import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import { ExitCode } from "../core/errors.ts";

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

type Run<T extends ArgsDef> = (args: ParsedArgs<T>) => Promise<number | void> | number | void;

/** Makes a command of the image's scripts. Users do not type it, so it has no examples. */
export function bootCommand<const T extends ArgsDef>(args: T, run: Run<T>): Command {
  return command(args, [], run);
}

/** Makes a command whose `run` gets citty's parsed arguments. No exit code means 0. */
export function command<const T extends ArgsDef>(
  args: T,
  examples: readonly Example[],
  run: Run<T>,
): Command {
  // citty reads `--no-test` as "test: false", also if that is a flag of its own.
  const negative = Object.keys(args).filter((name) => name.startsWith("no-"));
  const definition = defineCommand<T>({
    args,
    run: ({ args: parsed }) => {
      const given = negative.map((name) => [name, parsed[name.slice(3)] === false] as const);
      return run(Object.assign(parsed, Object.fromEntries(given)));
    },
  });
  return {
    args,
    examples,
    run: async (rawArgs) => {
      const { result } = await runCommand(definition, { rawArgs: [...rawArgs] });
      return typeof result === "number" ? result : ExitCode.done;
    },
  };
}
