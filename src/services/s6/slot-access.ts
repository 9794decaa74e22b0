import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { ServiceAccess } from "../manager.ts";
import { controlFifo } from "./layout.ts";

/** The modes of the control FIFO. */
export const CONTROL_MODES: Readonly<Record<ServiceAccess, number>> = {
  open: 0o620,
  closed: 0o600,
};

/** Returns who may command the gateway of a slot. A FIFO that hermes owns is never closed to hermes. */
export function readAccess(host: Host, slot: string): ServiceAccess {
  const status = host.files.readStatus(controlFifo(slot));
  const isClosed = status?.uid === 0 && (status.mode & 0o777) === CONTROL_MODES.closed;
  return isClosed ? "closed" : "open";
}

/** Lets hermes command the gateway of a slot again. */
export function openSlot(host: Host, slot: string): void {
  for (const service of [slot, join(slot, "log")]) {
    host.files.setMode(controlFifo(service), CONTROL_MODES.open);
  }
}
