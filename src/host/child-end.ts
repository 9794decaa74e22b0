/** The exit of a child process. */
export interface ChildEnd {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** Returns the exit of a child process; null while it lives. */
export function readChildEnd({ exitCode, signalCode }: Bun.Subprocess): ChildEnd | null {
  if (exitCode === null && signalCode === null) return null;
  return { code: exitCode, signal: signalCode === null ? null : String(signalCode) };
}
