import type { Host } from "../host/host.ts";
import { describeSystemError } from "./system-failure.ts";

/** Does work that the rest does not depend on. Returns no problem, or one: `cannot <what>: <reason>`. */
export function attempt(what: string, work: () => Promise<void>): Promise<readonly string[]>;
export function attempt(what: string, work: () => void): readonly string[];
export function attempt(
  what: string,
  work: () => void | Promise<void>,
): readonly string[] | Promise<readonly string[]> {
  const explain = (error: unknown): readonly string[] => [
    `cannot ${what}: ${describeSystemError(error)}`,
  ];
  try {
    const done = work();
    return done instanceof Promise ? done.then(() => [], explain) : [];
  } catch (error) {
    return explain(error);
  }
}

/** Returns what `work` returns, or the fallback if it throws, whatever it throws. */
export function tryOr<T>(work: () => T, fallback: T): T {
  try {
    return work();
  } catch {
    return fallback;
  }
}

/** Does work whose failure changes nothing: the caller says why. */
export function quietly(work: () => void): void {
  tryOr(work, undefined);
}

/** Does work that the rest does not depend on; a failure is a warning. Returns true if there was none. */
export function tryTo(host: Host, what: string, work: () => void): boolean {
  return warn(host, attempt(what, work));
}

/** Prints problems as warnings on stderr. Returns true if there are none. */
export function warn(host: Host, problems: readonly string[]): boolean {
  for (const problem of problems) host.output.note(`warning: ${problem}`);
  return problems.length === 0;
}
