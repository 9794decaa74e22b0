import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import { controlFifo } from "./layout.ts";
import { MAX_STATUS_BYTES, parseStatusFile } from "./status-file.ts";

/**
 * Whether the logger of a slot is up, as its s6-supervise has written; false if nothing supervises it, null if this
 * cannot be read.
 */
export function isLoggerUp(host: Host, slot: string): boolean | null {
  const service = join(slot, "log");
  try {
    const supervisor = host.files.probeFifo(controlFifo(service));
    if (supervisor !== "present") return supervisor === "absent" ? false : null;
    const bytes = host.files.readBytes(join(service, "supervise", "status"), MAX_STATUS_BYTES);
    return bytes === null ? null : (parseStatusFile(bytes, host.clock.now())?.up ?? null);
  } catch (error) {
    if (host.files.errorCode(error) === null) throw error;
    return null;
  }
}
