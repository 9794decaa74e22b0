import { hostInUrl, isLoopback } from "../core/addresses.ts";
import { AppError, messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { JsonAnswer } from "../host/http.ts";
import type { RequestServer } from "../host/http-server.ts";
import type { ServiceManager } from "../services/manager.ts";
import { takeSnapshot } from "../status/snapshot.ts";
import { readDashboardSettings, type DashboardSettings } from "./settings.ts";

const CLOSE_LIMIT_MS = 2000;

export interface DashboardOptions {
  readonly root: string;
  readonly manager: ServiceManager;
  /** Resolves when the dashboard has to stop. */
  readonly endRequested: Promise<unknown>;
}

/**
 * Serves the status as JSON until it has to stop. Throws with exit code 78 if its settings are not an address of this
 * container, and with 1 if another program listens there.
 */
export async function serveDashboard(host: Host, options: DashboardOptions): Promise<void> {
  const result = readDashboardSettings(host.environment);
  if (!result.ok) {
    throw new AppError("configuration", `Cannot serve the dashboard: ${result.reason}`, {
      hint: "correct the variable and start the container again",
    });
  }
  const { settings, ignored } = result;
  if (ignored !== null) host.output.note(`note: ${ignored}`);
  const address = `${hostInUrl(settings.host)}:${settings.port}`;
  const server = await open(host, settings, address, async (path) => {
    if (path === "/health") return { status: "running" };
    if (path !== "/" && path !== "/api/status") return null;
    return takeSnapshot(host, options.root, options.manager);
  });
  host.output.note(`Dashboard on http://${address}/`);
  if (!isLoopback(settings.host)) {
    host.output.note("warning: everyone who can reach this address can read the dashboard");
  }
  await options.endRequested;
  await server.close(CLOSE_LIMIT_MS);
}

interface Refusal {
  readonly reason: string;
  readonly hint: string;
  /** True if the reason may go away by itself, so that another attempt makes sense. */
  readonly mayRetry?: true;
}

const OTHER_ADDRESS = "set HERMES_DASHBOARD_HOST to 127.0.0.1, or to 0.0.0.0 for all of them";

const UNKNOWN_HOST: Refusal = { reason: "the host name is not known", hint: OTHER_ADDRESS };

const NOT_HERE: Refusal = {
  reason: "no network interface of this container has that address",
  hint: OTHER_ADDRESS,
};

/** The reason and the hint for each error of an address. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  EADDRINUSE: {
    reason: "another program listens there",
    hint: "stop that program, or set HERMES_DASHBOARD_PORT to a free port",
    mayRetry: true,
  },
  EACCES: {
    reason: "user hermes may not use that port",
    hint: "set HERMES_DASHBOARD_PORT to 1024 or more",
  },
  EADDRNOTAVAIL: NOT_HERE,
  EINVAL: NOT_HERE,
};

async function open(
  host: Host,
  settings: DashboardSettings,
  address: string,
  answer: JsonAnswer,
): Promise<RequestServer> {
  const { isKnownHost, serveOnAddress } = await host.loadHttp();
  try {
    return serveOnAddress(settings, answer);
  } catch (error) {
    const refusal = (await isKnownHost(settings.host))
      ? REFUSALS[host.files.errorCode(error) ?? ""]
      : UNKNOWN_HOST;
    const message = `Cannot serve the dashboard on ${address}: ${refusal?.reason ?? messageOf(error)}`;
    const code = refusal === undefined || refusal.mayRetry ? "io" : "configuration";
    throw new AppError(code, message, { hint: refusal?.hint, cause: error });
  }
}
