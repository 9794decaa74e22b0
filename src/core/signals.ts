import { constants } from "node:os";

/** The number of SIGKILL. */
export const SIGKILL = constants.signals.SIGKILL;

/** The exit code that s6-supervise passes to `finish` for a process that a signal ended. */
export const ENDED_BY_SIGNAL = 256;

/** Returns the exit code of a command that a signal ended, given by its name or number: 128 and the number. */
export function exitCodeOfSignal(signal: NodeJS.Signals | number): number {
  return 128 + (typeof signal === "number" ? signal : constants.signals[signal]);
}
