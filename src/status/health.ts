import { KEPT_UP } from "./gateway-state.ts";
import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

/** The health of a container: good if every gateway that should run is ready and every other could be started. */
export interface Health {
  readonly healthy: boolean;
  /** One line, for `docker inspect`. */
  readonly line: string;
}

const SHOWN = 5;

/** Returns true for a gateway whose desired state is running or, if it has none, that the supervisor keeps up. */
function shouldRun({ desired, state }: GatewaySnapshot): boolean {
  if (state === "unsupervised") return true;
  return desired === null ? KEPT_UP.has(state) : desired === "running";
}

function describeFailure({ profile, state, logger }: GatewaySnapshot): string | null {
  if (state !== "ready" && state !== "foreground") return `${profile} (${state})`;
  return logger === "down" ? `${profile} (logger down)` : null;
}

/** Describes a gateway that may have to run: its state file cannot be read. */
function describeUnknown(gateway: GatewaySnapshot): string | null {
  const { profile, desired, state, stateFileError } = gateway;
  if (stateFileError === null || desired !== null || state === "ready") return null;
  return `${profile} (desired state unknown: ${stateFileError})`;
}

/** Describes faults that affect all gateways. The image's other services do not affect gateways. */
function describeCommonFaults({ managerKind, services, homeError }: Snapshot): readonly string[] {
  const registrar = services.find(({ name }) => name === "registrar");
  return [
    ...(managerKind === "none" ? ["no service manager runs"] : []),
    ...(homeError === null ? [] : [homeError]),
    ...(registrar === undefined || registrar.ok ? [] : [`registrar (${registrar.state})`]),
  ];
}

/** Judges a snapshot of a container. Gateways whose desired state is stopped do not count. */
export function judgeHealth(snapshot: Snapshot): Health {
  if (snapshot.booting) return { healthy: false, line: "the container is booting" };
  const desired = snapshot.gateways.filter(shouldRun);
  const unready = desired.flatMap((gateway) => describeFailure(gateway) ?? []);
  // If the volume cannot be read, `homeError` says so once.
  const unknown =
    snapshot.homeError === null
      ? snapshot.gateways.flatMap((gateway) => describeUnknown(gateway) ?? [])
      : [];
  const failing = [...describeCommonFaults(snapshot), ...unready, ...unknown];
  if (failing.length === 0) {
    const line = `${desired.length} of ${desired.length} gateways that should run are ready`;
    return { healthy: true, line };
  }
  const rest = failing.length > SHOWN ? `, and ${failing.length - SHOWN} more` : "";
  return { healthy: false, line: `not ready: ${failing.slice(0, SHOWN).join(", ")}${rest}` };
}
