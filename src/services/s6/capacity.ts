/** Services that s6-svscan takes, loggers included (its default; s6-overlay offers no way to raise it). */
export const SCAN_LIMIT = 1000;

/** A gateway is two services: itself and its logger. */
export const SERVICES_PER_GATEWAY = 2;

/** How many more gateways fit beside `services` services that s6-svscan watches already. */
export function freeGatewayPlaces(services: number): number {
  return Math.max(0, Math.floor((SCAN_LIMIT - services) / SERVICES_PER_GATEWAY));
}
