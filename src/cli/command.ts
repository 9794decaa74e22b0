import { defineCommand, runCommand, type ArgsDef, type ParsedArgs } from "citty";
import { AppError, ExitCode } from "../core/errors.ts";

/** A command that can be run: its arguments as citty knows them, and what it does. */
export interface Command {
  readonly args: ArgsDef;
  /** Returns the exit code. */
  readonly run: (rawArgs: readonly string[]) => Promise<number>;
}

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

/** A command that takes its words as they are, flags and all. */
export function rawCommand(run: (rawArgs: readonly string[]) => Promise<number>): Command {
  return { args: RAW, run };
}

const RAW: ArgsDef = {};

/** Whether the strict check leaves a command's words alone. */
export function isRaw(candidate: Command): boolean {
  return candidate.args === RAW;
}

/** A failure of the command line itself: exit code 2 and where to read on. */
export function usageError(message: string, path: readonly string[]): AppError {
  return new AppError("usage", message, {
    exitCode: ExitCode.usage,
    hint: `see \`${path.join(" ")} --help\``,
  });
}
