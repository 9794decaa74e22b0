import { ExitCode } from "../core/errors.ts";
import { ENDED_BY_SIGNAL, exitCodeOfSignal } from "../core/signals.ts";
import type { StaticServiceName } from "../services/image/static-services.ts";

/** The exit of a static service. */
export interface ServiceExit {
  readonly isDisabled: boolean;
  /** Exit code; 256 for a signal. */
  readonly code: number;
  readonly signal: number;
}

/**
 * Decides what follows: the end of main-hermes is the container's, the dashboard starts again unless it refused its
 * settings (78), the registrar always does. Returns the container's exit code if it ends.
 */
export function planServiceExit(
  service: StaticServiceName,
  { isDisabled, code, signal }: ServiceExit,
): "keep-down" | "start-again" | number {
  if (isDisabled) return "keep-down";
  if (service === "main-hermes") return code >= ENDED_BY_SIGNAL ? exitCodeOfSignal(signal) : code;
  const isRefusal = service === "dashboard" && code === ExitCode.configuration;
  return isRefusal ? "keep-down" : "start-again";
}
