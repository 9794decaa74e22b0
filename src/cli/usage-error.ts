import { AppError } from "../core/errors.ts";

/** Makes the failure of a wrong command line: exit code 2, with a hint at the help. */
export function usageError(message: string, path: readonly string[]): AppError {
  return new AppError("usage", message, {
    hint: `see \`${path.join(" ")} --help\``,
  });
}
