import { AppError, ExitCode } from "../core/errors.ts";

/** A failure of the command line itself: exit code 2 and where to read on. */
export function usageError(message: string, path: readonly string[]): AppError {
  return new AppError("usage", message, {
    exitCode: ExitCode.usage,
    hint: `see \`${path.join(" ")} --help\``,
  });
}
