import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import { ExitCode } from "../core/errors.ts";
import type { Command, Example } from "./command-type.ts";

type Run<T extends ArgsDef> = (
  args: ParsedArgs<T>,
) => Promise<number | undefined> | number | undefined;

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
  const definition = defineCommand<T>({ args, run: (context) => run(context.args) });
  return {
    args,
    examples,
    run: async (rawArgs) => {
      const { result } = await runCommand(definition, { rawArgs: [...rawArgs] });
      return typeof result === "number" ? result : ExitCode.done;
    },
  };
}
