import { dirname, join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { hiddenSlotPath, controlFifo, slotPath } from "./layout.ts";
import { findS6Program } from "./programs.ts";
import { renderSlot, type SlotContext, type SlotEntry } from "./slot-template.ts";

const WITH_CONTENV = "/command/with-contenv";

/** The group that may command the gateways, and the user they run as; null where we are that user. */
export interface SlotOwner {
  readonly name: string;
  readonly home: string;
  readonly gid: number;
}

/** Gathers what slots depend on: where the programs are and whom to drop to. */
export function readSlotContext(host: Host, owner: SlotOwner | null): SlotContext {
  return {
    interpreter: host.files.isExecutable(WITH_CONTENV) ? `${WITH_CONTENV} sh` : "/bin/sh",
    executable: host.self.executable,
    bootExecutable: join(dirname(host.self.executable), "hermes-boot"),
    user: owner,
    setuidgid: owner === null ? "" : findS6Program(host, "s6-setuidgid"),
    notifyOnCheck: findS6Program(host, "s6-notifyoncheck"),
  };
}

async function makeFifos(host: Host, slot: string, fifos: readonly SlotEntry[]): Promise<void> {
  const paths = fifos.map((entry) => join(slot, entry.path));
  const result = await host.processes.runCommand(["/usr/bin/mkfifo", "--", ...paths], {
    timeoutMs: 10_000,
  });
  if (result.exitCode !== 0) {
    throw new AppError("io", `Cannot make a FIFO: ${result.stderr.trim()}`);
  }
}

/** Makes the entries of a slot under `slot`, with exact modes and, where root publishes, the group. */
async function buildSlot(
  host: Host,
  slot: string,
  entries: readonly SlotEntry[],
  owner: SlotOwner | null,
): Promise<void> {
  const fifos = entries.filter((entry) => entry.kind === "fifo");
  for (const entry of entries) {
    const path = join(slot, entry.path);
    if (entry.kind === "file") host.files.createFile(path, entry.text, entry.mode);
    if (entry.kind === "directory") host.files.createDirectory(path, entry.mode);
  }
  await makeFifos(host, slot, fifos);
  for (const entry of entries) {
    if (entry.kind === "file") continue;
    const path = join(slot, entry.path);
    if (owner !== null && entry.group) host.files.setOwner(path, 0, owner.gid);
    // After the owner: chown clears the set-id bits.
    host.files.setMode(path, entry.mode);
  }
}

/** Whether an s6-supervise listens on the slot. */
export function isSupervised(host: Host, slot: string): boolean {
  return host.files.probeFifo(controlFifo(slot)) === "present";
}

/**
 * Whether a slot can be commanded and asked: s6-supervise opens its control FIFO a moment before it
 * writes its first status.
 */
export function answers(host: Host, service: string): boolean {
  return isSupervised(host, service) && host.files.exists(join(service, "supervise", "status"));
}

/**
 * Builds a slot out of s6-svscan's sight and renames it into place complete. An existing slot that
 * nobody supervises is replaced. The caller holds the lock of the scan directory and tells s6-svscan.
 */
export async function publishSlot(
  host: Host,
  scanDir: string,
  name: ProfileName,
  start: boolean,
  context: SlotContext,
  owner: SlotOwner | null,
): Promise<void> {
  const building = hiddenSlotPath(scanDir, name, "tmp");
  const leaving = hiddenSlotPath(scanDir, name, "gone");
  const slot = slotPath(scanDir, name);
  try {
    host.files.removeTree(building);
    host.files.removeTree(leaving);
    host.files.createDirectory(building, 0o755);
    await buildSlot(host, building, renderSlot(name, start, context), owner);
    if (host.files.readStatus(slot) !== null) host.files.rename(slot, leaving);
    host.files.rename(building, slot);
    host.files.removeTree(leaving);
  } catch (error) {
    host.files.removeTree(building);
    if (error instanceof AppError) throw error;
    const reason = host.files.describeSystemError(error);
    throw new AppError("io", `Cannot publish gateway '${name}' in ${scanDir}: ${reason}`);
  }
}
