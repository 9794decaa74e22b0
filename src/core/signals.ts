import { constants } from "node:os";

/** The number of SIGKILL. */
export const SIGKILL = constants.signals.SIGKILL;

/** The exit code that s6-supervise passes to `finish` for a process that a signal ended. */
export const ENDED_BY_SIGNAL = 256;

/** Returns the exit code of a command that a signal ended, given by its name or number: 128 and the number. */
export function exitCodeOfSignal(signal: NodeJS.Signals | number): number {
  return 128 + (typeof signal === "number" ? signal : constants.signals[signal]);
}

/** Returns the name of a signal of Linux, `SIGKILL`; `SIG34` for one without a name. */
export function nameOfSignal(signal: number): string {
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return found?.[0] ?? `SIG${signal}`;
}
