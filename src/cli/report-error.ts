import { AppError, ExitCode } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { createMessages } from "./messages.ts";

/** Says why a command failed and returns its exit code. What is no `AppError` is a bug of ours. */
export function reportError(host: Host, error: unknown): number {
  const messages = createMessages(host);
  if (error instanceof AppError) {
    messages.error(error.message);
    if (error.detail !== undefined) messages.log(error.detail);
    if (error.hint !== undefined) messages.log(`  Hint: ${error.hint}`);
    return error.exitCode;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  messages.fatal(`This is a bug in hermes; please report it with these lines:\n${stack}`);
  return ExitCode.bug;
}
