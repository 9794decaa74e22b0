import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { StatusReading } from "../manager.ts";
import { readServiceStatus } from "./status.ts";

/** Reads the status of one service; what cannot be read is a reading, too. */
export async function readService(
  host: Host,
  scanDir: string,
  service: string,
): Promise<StatusReading> {
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
