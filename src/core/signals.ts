const NUMBERS: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** The exit code of a command that a signal ended: 128 and the signal's number. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + (NUMBERS[signal] ?? 0);
}

/** The same for a signal's number. */
export function exitCodeOfSignalNumber(number: number): number {
  return 128 + number;
}
