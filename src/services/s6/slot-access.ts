import { join } from "node:path";
import type { Host } from "../../host/host.ts";
import type { ServiceAccess } from "../manager.ts";
import { controlFifo } from "./layout.ts";

/** The modes of the control FIFO. */
export const CONTROL_MODES: Readonly<Record<ServiceAccess, number>> = {
  hermes: 0o620,
  "root-only": 0o600,
};

/** Returns who may command the gateway of a slot. A FIFO that hermes owns is never closed to hermes. */
export function readAccess(host: Host, slot: string): ServiceAccess {
  const status = host.files.readStatus(controlFifo(slot));
  const isRootOnly = status?.uid === 0 && (status.mode & 0o777) === CONTROL_MODES["root-only"];
  return isRootOnly ? "root-only" : "hermes";
}

/** Lets hermes command the gateway of a slot again. */
export function allowHermes(host: Host, slot: string): void {
  for (const service of [slot, join(slot, "log")]) {
    host.files.setMode(controlFifo(service), CONTROL_MODES.hermes);
  }
}
