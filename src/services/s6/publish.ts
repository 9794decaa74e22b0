import { join } from "node:path";
import { bootExecutable } from "../../core/boot-executable.ts";
import { WITH_CONTENV } from "../../core/image.ts";
import { AppError } from "../../core/errors.ts";
import { findVolumeUser } from "../../core/volume-user.ts";
import type { ServiceAccess } from "../manager.ts";
import type { Host } from "../../host/host.ts";
import type { User } from "../../host/users.ts";
import { START_LOCKS } from "../../core/boot-directory.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { hiddenSlotPath, controlFifo, scanDirectory, slotPath } from "./layout.ts";
import { findS6Program } from "./programs.ts";
import type { SlotContext } from "./slot-shell.ts";
import { RECORD_FILE, renderSlot, type SlotEntry } from "./slot-template.ts";

/** Gathers the facts that slots depend on: paths of programs, and the user to drop to. */
function readSlotContext(host: Host, owner: User | null): SlotContext {
  return {
    interpreter: host.files.isExecutable(WITH_CONTENV) ? `${WITH_CONTENV} sh` : "/bin/sh",
    executable: host.self.executable,
    bootExecutable: bootExecutable(host),
    user: owner,
    setuidgid: owner === null ? "" : findS6Program(host, "s6-setuidgid"),
    notifyOnCheck: findS6Program(host, "s6-notifyoncheck"),
    svc: findS6Program(host, "s6-svc"),
    svstat: findS6Program(host, "s6-svstat"),
    startLocks: START_LOCKS,
  };
}

/** One slot to publish. */
export interface Publication {
  readonly name: ProfileName;
  /** True if s6 starts the gateway as soon as it sees the slot. */
  readonly start: boolean;
  readonly access?: ServiceAccess;
}

/** A slot under construction, out of s6-svscan's sight. */
interface Building {
  readonly name: ProfileName;
  readonly path: string;
  readonly entries: readonly SlotEntry[];
}

/** The first file of a batch with a text and a mode, by both. */
type SharedFiles = Map<string, string>;

/**
 * Makes a file, or a hard link to an equal one: all slots share most of theirs, and on a container's root file system a
 * link costs a fiftieth of a file.
 */
function putFile(
  host: Host,
  target: string,
  { text, mode }: { readonly text: string; readonly mode: number },
  shared: SharedFiles,
): void {
  const key = `${mode} ${text}`;
  const equal = shared.get(key);
  if (equal !== undefined && host.files.linkFile(equal, target)) return;
  host.files.createFile(target, text, mode);
  shared.set(key, target);
}

/** Makes the directories and files that are root's alone, with exact modes. */
function startBuilding(
  host: Host,
  context: SlotContext,
  shared: SharedFiles,
  { name, start, access }: Publication,
): Building {
  const path = hiddenSlotPath(host, name, "tmp");
  const entries = renderSlot(name, start, context, access);
  host.files.removeTree(path);
  host.files.removeTree(hiddenSlotPath(host, name, "gone"));
  host.files.createDirectory(path, 0o755);
  for (const entry of entries) {
    const target = join(path, entry.path);
    if (entry.kind === "file") putFile(host, target, entry, shared);
    if (entry.kind === "directory" && !entry.group) {
      host.files.createDirectory(target, entry.mode);
    }
  }
  return { name, path, entries };
}

/** Makes the directories that the group gets, and the locks in them; who calls is of that group. */
function makeGroupDirectories(host: Host, { path, entries }: Building): void {
  for (const entry of entries) {
    const target = join(path, entry.path);
    if (entry.kind === "lock") host.files.createFile(target, "", entry.mode);
    if (entry.kind !== "directory" || !entry.group) continue;
    host.files.createDirectory(target, entry.mode);
  }
}

function fifosOf({ path, entries }: Building): readonly string[] {
  return entries.flatMap((entry) => (entry.kind === "fifo" ? [join(path, entry.path)] : []));
}

/** Makes all FIFOs with one process: at boot there are many. It goes on past a failure; returns what it said. */
async function makeFifos(host: Host, paths: readonly string[]): Promise<string> {
  if (paths.length === 0) return "";
  const command = ["/usr/bin/mkfifo", "--mode=0600", "--", ...paths];
  const result = await host.processes.runCommand(command, { timeoutMs: 10_000 });
  return result.stderr.trim();
}

/** Removes what could not be finished; the next attempt removes what stays. */
function discard(host: Host, path: string): void {
  try {
    host.files.removeTree(path);
  } catch {
    // The first error counts.
  }
}

/** Checks that all of a slot is there, and puts it in its place. */
function finishBuilding(host: Host, building: Building, said: string): void {
  const { name, path, entries } = building;
  for (const entry of entries) {
    if (entry.kind !== "fifo") continue;
    const target = join(path, entry.path);
    if (host.files.readStatus(target)?.kind !== "fifo") {
      throw new AppError("io", `cannot make a FIFO: ${said}`);
    }
    host.files.setMode(target, entry.mode);
  }
  const slot = slotPath(host, name);
  const leaving = hiddenSlotPath(host, name, "gone");
  // A process that still runs without a supervisor must be found.
  const record = join(slot, RECORD_FILE);
  if (host.files.exists(record)) host.files.rename(record, join(path, RECORD_FILE));
  if (host.files.readStatus(slot) !== null) host.files.rename(slot, leaving);
  host.files.rename(path, slot);
  discard(host, leaving);
}

/** Returns true if an s6-supervise listens on the slot. */
export function isSupervised(host: Host, slot: string): boolean {
  return host.files.probeFifo(controlFifo(slot)) === "present";
}

/**
 * Returns true if a slot can be commanded and asked: s6-supervise opens its control FIFO a moment before it writes its
 * first status.
 */
export function answers(host: Host, service: string): boolean {
  return isSupervised(host, service) && host.files.exists(join(service, "supervise", "status"));
}

/**
 * Builds slots hidden from s6-svscan and renames each into place when it is complete. An existing slot without a
 * supervisor is replaced. Returns the reason for each one that failed; the others are published. The caller holds the
 * scan-directory lock and notifies s6-svscan.
 */
export async function publishSlots(
  host: Host,
  publications: readonly Publication[],
): Promise<ReadonlyMap<ProfileName, AppError>> {
  const failures = new Map<ProfileName, AppError>();
  const attempt = <T>(name: ProfileName, work: () => T): readonly T[] => {
    try {
      return [work()];
    } catch (error) {
      discard(host, hiddenSlotPath(host, name, "tmp"));
      const reason =
        error instanceof AppError ? error.message : host.files.describeSystemError(error);
      const message = `Cannot publish gateway '${name}' in ${scanDirectory(host)}: ${reason}`;
      failures.set(name, new AppError("io", message, { cause: error }));
      return [];
    }
  };
  // Root publishes for hermes, whose group may command the gateways; every other user for itself.
  const owner = findVolumeUser(host);
  const context = readSlotContext(host, owner);
  const shared: SharedFiles = new Map();
  const started = publications.flatMap((publication) =>
    attempt(publication.name, () => startBuilding(host, context, shared, publication)),
  );
  const makeGroupFiles = () => {
    const open = started.filter(
      (building) => attempt(building.name, () => makeGroupDirectories(host, building)).length > 0,
    );
    return { buildings: open, fifos: makeFifos(host, open.flatMap(fifosOf)) };
  };
  // Once for all: each change of the group stops every thread of this process.
  const { buildings, fifos } =
    owner === null ? makeGroupFiles() : host.users.withGroup(owner.gid, makeGroupFiles);
  const said = await fifos;
  for (const building of buildings) {
    attempt(building.name, () => finishBuilding(host, building, said));
  }
  return failures;
}
