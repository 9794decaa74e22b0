import { AppError, ExitCode } from "../core/errors.ts";
import { toSystemFailure } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import { createMessages } from "./messages.ts";

/**
 * Says why a command failed and returns its exit code. What is neither an `AppError` nor an error of the operating
 * system is a bug of ours.
 */
export function reportError(host: Host, error: unknown): number {
  const messages = createMessages(host);
  const failure = error instanceof AppError ? error : toSystemFailure(error);
  if (failure !== null) {
    messages.error(failure.message);
    if (failure.detail !== undefined) host.output.note(failure.detail);
    if (failure.hint !== undefined) host.output.note(`  Hint: ${failure.hint}`);
    return failure.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  messages.fatal(`This is a bug in hermes; please report it with these lines:\n${stack}`);
  return ExitCode.bug;
}
