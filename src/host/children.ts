import { closeSync, openSync } from "node:fs";

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

/** A child process under way. */
export interface Child {
  readonly pid: number;
  /** Returns its exit; null while it lives. */
  readonly exit: () => ChildExit | null;
}

export interface ChildOptions {
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** A file for both of its outputs; it is made, or emptied. */
  readonly outputPath: string;
}

/** Starts a program (an absolute path) in a session of its own, with an empty stdin. Throws if it cannot be started. */
export function startChild(command: readonly string[], options: ChildOptions): Child {
  const output = openSync(options.outputPath, "w", 0o600);
  try {
    const child = Bun.spawn([...command], {
      stdio: ["ignore", output, output],
      cwd: options.cwd,
      env: { ...options.environment },
      detached: true,
    });
    return { pid: child.pid, exit: () => readChildExit(child) };
  } finally {
    closeSync(output);
  }
}
