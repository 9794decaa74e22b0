import { constants } from "node:os";

/** Returns the exit code of a command that a signal ended, given by its name or number: 128 and the number. */
export function exitCodeOfSignal(signal: NodeJS.Signals | number): number {
  return 128 + (typeof signal === "number" ? signal : constants.signals[signal]);
}
