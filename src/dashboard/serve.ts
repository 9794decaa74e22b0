import { hostInUrl, isLoopback } from "../core/addresses.ts";
import { AppError, ExitCode, messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { ServiceManager } from "../services/manager.ts";
import { takeSnapshot } from "../status/snapshot.ts";
import { readDashboardSettings } from "./settings.ts";

const CLOSE_LIMIT_MS = 2000;

export interface DashboardOptions {
  readonly root: string;
  readonly manager: ServiceManager;
  /** Resolves when the dashboard is to end. */
  readonly endRequested: Promise<unknown>;
}

/**
 * Serves the status as JSON until it is asked to end. Throws with exit code 78 where its settings are
 * no address, or none of this container's, and with 1 where somebody else has the address.
 */
export async function serveDashboard(host: Host, options: DashboardOptions): Promise<void> {
  const result = readDashboardSettings(host.environment);
  if (!result.ok) {
    throw new AppError("configuration", `Cannot serve the dashboard: ${result.reason}`, {
      exitCode: ExitCode.configuration,
      hint: "correct the variable and start the container again",
    });
  }
  const { settings } = result;
  const { serveOnAddress } = await host.loadHttp();
  const address = `${hostInUrl(settings.host)}:${settings.port}`;
  const server = open(host, address, () =>
    serveOnAddress(settings, async (path) => {
      if (path === "/health") return { status: "running" };
      if (path !== "/" && path !== "/api/status") return null;
      return takeSnapshot(host, options.root, options.manager);
    }),
  );
  host.output.note(`Dashboard on http://${address}/`);
  if (!isLoopback(settings.host)) {
    host.output.note("warning: the dashboard can be read by whoever reaches this address");
  }
  await options.endRequested;
  await server.close(CLOSE_LIMIT_MS);
}

/** Addresses that waiting does not mend, and what does. */
const REFUSALS: Readonly<Record<string, { readonly reason: string; readonly hint: string }>> = {
  EACCES: {
    reason: "user hermes may not use that port",
    hint: "set HERMES_DASHBOARD_PORT to 1024 or more",
  },
  EADDRNOTAVAIL: {
    reason: "no network interface of this container has that address",
    hint: "set HERMES_DASHBOARD_HOST to 127.0.0.1, or to 0.0.0.0 for all of them",
  },
};

function open<T>({ files }: Host, address: string, listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    const refusal = REFUSALS[files.errorCode(error) ?? ""];
    const message = `Cannot serve the dashboard on ${address}: ${refusal?.reason ?? messageOf(error)}`;
    throw refusal === undefined
      ? new AppError("io", message, { cause: error })
      : new AppError("configuration", message, {
          cause: error,
          exitCode: ExitCode.configuration,
          hint: refusal.hint,
        });
  }
}
