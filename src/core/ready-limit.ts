import type { Host } from "../host/host.ts";

/** Seconds from start to readiness: an agent that connects to a platform without a network takes over a minute. */
const DEFAULT_LIMIT_S = 120;

/**
 * Returns the milliseconds that a gateway may take from its start to its readiness: `HERMES_READY_TIMEOUT` in whole
 * seconds, 1 or more; 120 s if it is anything else.
 */
export function readReadyLimit({ environment }: Pick<Host, "environment">): number {
  const text = environment["HERMES_READY_TIMEOUT"] ?? "";
  return (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : DEFAULT_LIMIT_S) * 1000;
}
