import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

/** Whether a container is healthy: every gateway that should run is ready, and nothing keeps others from running. */
export interface Health {
  readonly healthy: boolean;
  /** One line, for `docker inspect`. */
  readonly line: string;
}

const SHOWN = 5;

/** Without an operator's word, what s6 is to keep up counts. */
function shouldRun({ desired, state }: GatewaySnapshot): boolean {
  if (state === "unsupervised") return true;
  if (desired !== null) return desired === "running";
  return state === "ready" || state === "starting" || state === "backoff" || state === "restarting";
}

function describeFailure({ profile, state, logger }: GatewaySnapshot): string | null {
  if (state !== "ready" && state !== "foreground") return `${profile} (${state})`;
  return logger !== "down" ? null : `the logger of ${profile} is down`;
}

/** A gateway that may have to run: what is desired is lost with its state file. */
function describeUnknown({
  profile,
  desired,
  state,
  stateFileError,
}: GatewaySnapshot): string | null {
  const unknown = stateFileError !== null && desired === null && state !== "ready";
  return unknown ? `${profile} may have to run: ${stateFileError}` : null;
}

/** What concerns no gateway alone. The image's other services may be down without harm to one. */
function describeTroubles({ managerKind, services, homeError }: Snapshot): readonly string[] {
  const registrar = services.find(({ name }) => name === "registrar");
  return [
    ...(managerKind === "none" ? ["no service manager runs"] : []),
    ...(homeError === null ? [] : [homeError]),
    ...(registrar === undefined || registrar.ok ? [] : [`registrar (${registrar.state})`]),
  ];
}

/** Judges a snapshot of a container. A gateway that is to be down does not count. */
export function judgeHealth(snapshot: Snapshot): Health {
  if (snapshot.booting) return { healthy: false, line: "the container is booting" };
  const wanted = snapshot.gateways.filter(shouldRun);
  const unready = wanted.flatMap((gateway) => describeFailure(gateway) ?? []);
  // Of a volume that cannot be read the same could be said of each.
  const unknown =
    snapshot.homeError === null
      ? snapshot.gateways.flatMap((gateway) => describeUnknown(gateway) ?? [])
      : [];
  const failing = [...describeTroubles(snapshot), ...unready, ...unknown];
  if (failing.length === 0) {
    return {
      healthy: true,
      line: `${wanted.length} of ${wanted.length} desired gateways are ready`,
    };
  }
  const rest = failing.length > SHOWN ? `, and ${failing.length - SHOWN} more` : "";
  return { healthy: false, line: `not ready: ${failing.slice(0, SHOWN).join(", ")}${rest}` };
}
