import type { GatewaySnapshot, Snapshot } from "./snapshot.ts";

/** Whether a container is healthy: every gateway that should run is ready. */
export interface Health {
  readonly healthy: boolean;
  /** One line, for `docker inspect`. */
  readonly line: string;
}

/** Without an operator's word, what s6 is to keep up counts. */
function shouldRun({ wanted, is }: GatewaySnapshot): boolean {
  if (wanted !== null) return wanted === "running";
  return is === "ready" || is === "starting" || is === "waiting" || is === "restarting";
}

/** Judges a snapshot. A gateway that nobody wants does not count. */
export function judgeHealth(snapshot: Snapshot): Health {
  const wanted = snapshot.gateways.filter(shouldRun);
  const failing = wanted.filter(({ is }) => is !== "ready" && is !== "foreground");
  if (failing.length === 0) {
    return {
      healthy: true,
      line: `${wanted.length} of ${wanted.length} wanted gateways are ready`,
    };
  }
  const names = failing.slice(0, 5).map(({ profile, is }) => `${profile} is ${is}`);
  const rest = failing.length > 5 ? `, and ${failing.length - 5} more` : "";
  return { healthy: false, line: `not ready: ${names.join(", ")}${rest}` };
}
