import { join } from "node:path";
import { CHILDREN_AT_A_TIME, mapLimited } from "../../core/concurrency.ts";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { GatewayStatus, ServiceReading } from "../manager.ts";
import { readServiceStatus } from "./status.ts";

/** The reading of one service, which knows how it ended, too. */
type OneReading =
  | Exclude<ServiceReading, { readonly kind: "supervised" }>
  | { readonly kind: "supervised"; readonly status: GatewayStatus };

/** Reads the status of one service. */
export async function readOneService(
  host: Host,
  scanDir: string,
  service: string,
): Promise<OneReading> {
  const path = join(scanDir, service);
  try {
    if (host.files.readStatus(path) === null) return { kind: "not-registered" };
    const status = await readServiceStatus(host, path, service);
    return status === null ? { kind: "not-registered" } : { kind: "supervised", status };
  } catch (error) {
    if (!(error instanceof AppError) && host.files.errorCode(error) === null) throw error;
    return { kind: "unknown", reason: host.files.describeSystemError(error) };
  }
}

/** Reads the status of many services. */
export async function readManyServices(
  host: Host,
  scanDir: string,
  services: readonly string[],
): Promise<readonly ServiceReading[]> {
  return mapLimited(services, CHILDREN_AT_A_TIME, (service) =>
    readOneService(host, scanDir, service),
  );
}
