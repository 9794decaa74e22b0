import type { Host } from "../../host/host.ts";
import type { ServiceAccess } from "../manager.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { controlFifo, loggerDirectory, slotPath } from "./layout.ts";

/** The modes of the control FIFO. */
export const CONTROL_MODES: Readonly<Record<ServiceAccess, number>> = {
  hermes: 0o620,
  "root-only": 0o600,
};

/** Returns who may command the gateway of a slot. A FIFO that hermes owns is never closed to hermes. */
export function readAccess(host: Host, name: ProfileName): ServiceAccess {
  const status = host.files.readStatus(controlFifo(slotPath(host, name)));
  const isRootOnly = status?.uid === 0 && (status.mode & 0o777) === CONTROL_MODES["root-only"];
  return isRootOnly ? "root-only" : "hermes";
}

/** Lets hermes command the gateway of a slot again. */
export function allowHermes(host: Host, name: ProfileName): void {
  for (const service of [slotPath(host, name), loggerDirectory(host, name)]) {
    host.files.setMode(controlFifo(service), CONTROL_MODES.hermes);
  }
}
