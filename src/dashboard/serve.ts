import { isLoopback } from "../core/addresses.ts";
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
 * no address, and with 1 where the address cannot be had.
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
  const server = open(`${settings.host}:${settings.port}`, () =>
    serveOnAddress(settings, async (path) => {
      if (path === "/health") return { status: "running" };
      if (path !== "/" && path !== "/api/status") return null;
      return takeSnapshot(host, options.root, options.manager);
    }),
  );
  host.output.note(`Dashboard on http://${settings.host}:${settings.port}/`);
  if (!isLoopback(settings.host)) {
    host.output.note("warning: the dashboard can be read by whoever reaches this address");
  }
  await options.endRequested;
  await server.close(CLOSE_LIMIT_MS);
}

function open<T>(address: string, listen: () => T): T {
  try {
    return listen();
  } catch (error) {
    const message = `Cannot serve the dashboard on ${address}: ${messageOf(error)}`;
    throw new AppError("io", message, { cause: error });
  }
}
