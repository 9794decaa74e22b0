/** The exit of a child process. */
export interface ChildExit {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** Returns the exit of a child process; null while it lives. */
export function readChildExit({ exitCode, signalCode }: Bun.Subprocess): ChildExit | null {
  if (exitCode === null && signalCode === null) return null;
  return { code: exitCode, signal: signalCode === null ? null : String(signalCode) };
}
