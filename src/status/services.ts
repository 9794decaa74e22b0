import { ExitCode } from "../core/errors.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { ServiceExit, StaticService } from "../services/manager.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The states of a service of the image. */
export type ServiceState = "ready" | "up" | "starting" | "stopping" | "down" | "unknown";

/** A service that belongs to no profile. */
export interface ServiceSnapshot {
  readonly name: string;
  readonly state: ServiceState;
  /** The reason for the state, if it has one. */
  readonly detail: string | null;
  /** True if the service is in order. */
  readonly ok: boolean;
  readonly pid: number | null;
  /** The time at which it went up or down, ISO 8601; null if it is not known. */
  readonly since: string | null;
  readonly secondsInState: number | null;
}

/** Returns why the boot has disabled a service. */
function explainDisabled(name: string, environment: Environment): string {
  if (name === "dashboard") {
    return isSwitchOn(environment["HERMES_DASHBOARD"])
      ? "the container's command is the dashboard"
      : "HERMES_DASHBOARD is off";
  }
  return isSwitchOn(environment["HERMES_TUI"])
    ? "disabled: the container runs a terminal session (HERMES_TUI)"
    : "disabled: the container has a command";
}

function describeExit(exit: ServiceExit | null): string {
  if (exit?.kind !== "code") return "it was stopped, or a signal ended it";
  if (exit.code === ExitCode.configuration) return "its settings are invalid (exit code 78)";
  return `it exited with code ${exit.code}`;
}

/** Adds the usual cause: s6-svperms needs CAP_CHOWN to let the group hermes read the status. */
function describeUnknown(reason: string): string {
  if (!reason.includes("Permission denied")) return reason;
  return "hermes may not ask s6: the container lacks the capability CHOWN";
}

function judge(
  service: StaticService,
  environment: Environment,
  booting: boolean,
): Pick<ServiceSnapshot, "state" | "detail" | "ok"> {
  const { name, reading, isDisabled, notifiesReadiness } = service;
  const isUp = reading.kind === "supervised" && reading.status.up;
  // During the boot, the service need not have started, and hermes may not have the right to ask yet.
  if (booting && !isUp) return { state: "starting", detail: "the container is booting", ok: true };
  if (reading.kind === "unknown")
    return { state: "unknown", detail: describeUnknown(reading.reason), ok: true };
  if (reading.kind === "not-registered") {
    return { state: "unknown", detail: "nothing supervises it", ok: false };
  }
  const { up, wantedUp, ready, finished, lastExit } = reading.status;
  if (isDisabled && !up)
    return { state: "down", detail: explainDisabled(name, environment), ok: true };
  if (up && !wantedUp) return { state: "stopping", detail: null, ok: false };
  if (up && ready) return { state: "ready", detail: null, ok: true };
  if (up)
    return { state: notifiesReadiness ? "starting" : "up", detail: null, ok: !notifiesReadiness };
  return { state: finished ? "down" : "stopping", detail: describeExit(lastExit), ok: false };
}

/** Judges a service of the image. One that is down is in order if it is disabled or if the container is booting. */
export function judgeService(
  service: StaticService,
  environment: Environment,
  booting: boolean,
): ServiceSnapshot {
  const { name, reading } = service;
  const status = reading.kind === "supervised" ? reading.status : null;
  return {
    name,
    ...judge(service, environment, booting),
    pid: status?.pid ?? null,
    since: status === null ? null : new Date(status.since).toISOString(),
    secondsInState: status?.secondsInState ?? null,
  };
}
