import { ExitCode } from "../core/errors.ts";
import { ENDED_BY_SIGNAL, exitCodeOfSignal } from "../core/signals.ts";
import type { StaticServiceName } from "../services/s6/static-services.ts";

/** The exit of a static service. */
export interface ServiceExit {
  readonly isDisabled: boolean;
  /** Exit code; 256 for a signal. */
  readonly code: number;
  readonly signal: number;
}

/** The action after the exit of a static service. */
export type ServiceExitPlan =
  | { readonly kind: "keep-down" }
  /** The container ends with this exit code. */
  | { readonly kind: "end-container"; readonly exitCode: number }
  /** s6 starts it again, unless it exits with 1 so many times in so many seconds. */
  | {
      readonly kind: "start-again";
      readonly limit: { readonly seconds: number; readonly exits: number };
    };

/**
 * Decides what follows: the end of main-hermes is the container's, the dashboard starts again unless it refused its
 * settings (78), the registrar always does.
 */
export function planServiceExit(service: StaticServiceName, exit: ServiceExit): ServiceExitPlan {
  if (exit.isDisabled) return { kind: "keep-down" };
  if (service === "main-hermes") {
    const isSignal = exit.code >= ENDED_BY_SIGNAL;
    return {
      kind: "end-container",
      exitCode: isSignal ? exitCodeOfSignal(exit.signal) : exit.code,
    };
  }
  if (service === "dashboard" && exit.code === ExitCode.configuration) return { kind: "keep-down" };
  return { kind: "start-again", limit: { seconds: 60, exits: 5 } };
}
