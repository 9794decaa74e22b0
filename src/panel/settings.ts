import { isSwitchOn } from "../core/switches.ts";

/** The address of the dashboard. */
export interface DashboardSettings {
  readonly host: string;
  readonly port: number;
}

/** The parsed settings; `ignored` names a variable that counts as unset, with the reason; null if there is none. */
export type SettingsResult =
  | { readonly ok: true; readonly settings: DashboardSettings; readonly ignored: string | null }
  | { readonly ok: false; readonly reason: string };

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns true if the container serves the dashboard beside its command. */
export function isDashboardOn(environment: Environment): boolean {
  return isSwitchOn(environment["HERMES_DASHBOARD"]);
}

/**
 * The address of a service, which Kubernetes puts into `<SERVICE>_PORT` of every container that starts after it
 * (`enableServiceLinks`): a service named `hermes-dashboard` sets `HERMES_DASHBOARD_PORT`.
 */
const SERVICE_LINK = /^(?:tcp|udp|sctp):\/\//;

/**
 * Reads `HERMES_DASHBOARD_HOST` (127.0.0.1) and `HERMES_DASHBOARD_PORT` (9119, from 1 to 65535). A port that is the
 * address of a Kubernetes service counts as unset.
 */
export function readDashboardSettings(environment: Environment): SettingsResult {
  const host = environment["HERMES_DASHBOARD_HOST"]?.trim() || "127.0.0.1";
  const givenPort = environment["HERMES_DASHBOARD_PORT"]?.trim() || "9119";
  const isLink = SERVICE_LINK.test(givenPort);
  const portText = isLink ? "9119" : givenPort;
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  if (port < 1 || port > 65_535) {
    return { ok: false, reason: `HERMES_DASHBOARD_PORT=${JSON.stringify(portText)} is not a port` };
  }
  if (!/^[A-Za-z0-9.:-]+$/.test(host)) {
    return { ok: false, reason: `HERMES_DASHBOARD_HOST=${JSON.stringify(host)} is not an address` };
  }
  const ignored = isLink
    ? `HERMES_DASHBOARD_PORT=${JSON.stringify(givenPort)} is ignored: it is the address of a Kubernetes service, not a port`
    : null;
  return { ok: true, settings: { host, port }, ignored };
}
