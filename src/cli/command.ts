import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import { ExitCode } from "../core/errors.ts";
import type { Command } from "./command-type.ts";

/** Makes a command whose `run` gets citty's parsed arguments. No exit code means 0. */
export function command<const T extends ArgsDef>(
  args: T,
  run: (args: ParsedArgs<T>) => Promise<number | undefined> | number | undefined,
): Command {
  const definition = defineCommand<T>({ args, run: (context) => run(context.args) });
  return {
    args,
    run: async (rawArgs) => {
      const { result } = await runCommand(definition, { rawArgs: [...rawArgs] });
      return typeof result === "number" ? result : ExitCode.done;
    },
  };
}
