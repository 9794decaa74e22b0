import { AppError, ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";

/** Says why a command failed and returns its exit code. What is no `AppError` is a bug of ours. */
export function reportError(host: Host, error: unknown): number {
  if (error instanceof AppError) {
    const lines = [`✗ ${error.message}`, error.detail, error.hint && `  Hint: ${error.hint}`];
    for (const line of lines) if (line !== undefined && line !== "") host.output.note(line);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  host.output.note(`✗ This is a bug in hermes; please report it with these lines:\n${stack}`);
  return ExitCode.bug;
}
