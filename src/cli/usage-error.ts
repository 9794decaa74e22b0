import { AppError } from "../core/errors.ts";

class UsageError extends AppError {}

/** Makes the failure of a wrong command line: exit code 2. The runner adds a hint at the help. */
export function usageError(message: string): AppError {
  return new UsageError("usage", message);
}

/** Adds a hint at the help of a command to the failure of its command line, and returns every other one as it is. */
export function withHelpHint(error: unknown, path: readonly string[]): unknown {
  if (!(error instanceof UsageError)) return error;
  return new AppError("usage", error.message, { hint: `see \`${path.join(" ")} --help\`` });
}
