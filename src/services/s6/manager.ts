import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { gatewayLogDirectory, profileDirectory } from "../../profiles/paths.ts";
import { announceStop } from "../../profiles/runtime-directory.ts";
import { recordIntent } from "../../profiles/state-store.ts";
import { profileExists } from "../../profiles/store.ts";
import type { DesiredState } from "../../profiles/state.ts";
import type { RegistrationOutcome, ServiceManager, ServiceOutcome } from "../manager.ts";
import { bringDown, bringUp } from "./control.ts";
import { controlFifo, scanDirectory, serviceName, slotPath } from "./layout.ts";
import { registerDirectly, unregisterDirectly } from "./registration.ts";
import { askRegistrar } from "./registrar.ts";
import { listSlots } from "./scan.ts";
import { answers, isSupervised } from "./publish.ts";
import { readServiceStatus } from "./status.ts";
import { waitUntil } from "./wait.ts";

/** What the operations on one installation share. */
interface Context {
  readonly host: Host;
  readonly scanDir: string;
  readonly root: string;
}

function noSuchGateway(name: ProfileName): AppError {
  return new AppError(
    "no-such-gateway",
    `no such gateway '${name}': register it with \`hermes profile create ${name}\` first, or pass an existing profile name via \`-p <name>\``,
  );
}

async function register(context: Context, name: ProfileName): Promise<RegistrationOutcome> {
  const { host, scanDir } = context;
  if (host.files.isWritable(scanDir)) return registerDirectly(host, scanDir, name);
  await askRegistrar(host, { verb: "register", name });
  return "registered";
}

async function unregister(context: Context, name: ProfileName): Promise<void> {
  const { host, scanDir } = context;
  if (host.files.readStatus(slotPath(scanDir, name)) === null) return;
  if (host.files.isWritable(scanDir)) return unregisterDirectly(host, scanDir, name);
  await askRegistrar(host, { verb: "unregister", name });
}

/** Milliseconds that s6-supervise may take from its control FIFO to its first status. */
const ANSWER_LIMIT_MS = 5000;

/** Waits for the first status of a slot that was published a moment ago. */
async function waitForAnswers(host: Host, slot: string): Promise<void> {
  if (!isSupervised(host, slot)) return;
  await waitUntil(host, () => answers(host, slot), ANSWER_LIMIT_MS);
}

/** Makes sure that a slot is there and supervised; a profile made by hand gets one now. */
async function requireSlot(context: Context, name: ProfileName): Promise<string> {
  const { host, scanDir, root } = context;
  const slot = slotPath(scanDir, name);
  const present = host.files.readStatus(slot) !== null;
  if (present && host.files.probeFifo(controlFifo(slot)) !== "absent") {
    await waitForAnswers(host, slot);
    return slot;
  }
  if (name !== DEFAULT_PROFILE && !profileExists(host, root, name)) throw noSuchGateway(name);
  await register(context, name);
  return slot;
}

/** Records the intent and says so where it could not be put on disk. */
function record(context: Context, name: ProfileName, intent: DesiredState): readonly string[] {
  const directory = profileDirectory(context.root, name);
  const outcome = recordIntent(context.host, directory, intent);
  if (outcome.kind === "recorded") return [];
  return [
    `gateway '${name}' will not be ${intent} after a restart of the container: the intent is not on disk (${outcome.reason})`,
  ];
}

function logFile(context: Context, name: ProfileName): string {
  return join(gatewayLogDirectory(context.root, name), "current");
}

async function start(context: Context, name: ProfileName): Promise<ServiceOutcome> {
  const { host } = context;
  const slot = await requireSlot(context, name);
  const before = await readServiceStatus(host, slot, serviceName(name));
  record(context, name, "running");
  const status = await bringUp(host, slot, serviceName(name), logFile(context, name));
  // Again: a gateway that rewrites its state file may have put the old intent back.
  const warnings = record(context, name, "running");
  const changed = before?.pid !== status.pid;
  return { changed, pid: status.pid, warnings };
}

/** Tells the running gateway that the SIGTERM to come is a stop, not the end of the container. */
function announce(host: Host, name: ProfileName, pid: number): void {
  const facts = host.processes.readProcess(pid);
  if (facts !== null) announceStop(host, name, { pid, startTime: facts.startTime });
}

async function stop(context: Context, name: ProfileName): Promise<ServiceOutcome> {
  const { host, scanDir, root } = context;
  const slot = slotPath(scanDir, name);
  if (host.files.readStatus(slot) === null) {
    if (name !== DEFAULT_PROFILE && !profileExists(host, root, name)) throw noSuchGateway(name);
    return { changed: false, pid: null, warnings: record(context, name, "stopped") };
  }
  const service = serviceName(name);
  await waitForAnswers(host, slot);
  const before = await readServiceStatus(host, slot, service);
  record(context, name, "stopped");
  const changed = before !== null && (before.up || before.wantedUp);
  if (changed) {
    if (before.up) announce(host, name, before.pid);
    await bringDown(host, slot, service);
  }
  return { changed, pid: null, warnings: record(context, name, "stopped") };
}

async function restart(context: Context, name: ProfileName): Promise<ServiceOutcome> {
  const slot = await requireSlot(context, name);
  const service = serviceName(name);
  record(context, name, "running");
  // Down, then up: a gateway that exits 0 on SIGTERM would otherwise stay down for good.
  await bringDown(context.host, slot, service);
  const status = await bringUp(context.host, slot, service, logFile(context, name));
  return { changed: true, pid: status.pid, warnings: record(context, name, "running") };
}

/** The service manager of a container, or of any machine with a live s6 scan directory. */
export function createS6Manager(host: Host, root: string): ServiceManager {
  const context: Context = { host, root, scanDir: scanDirectory(host) };
  const readGateway = async (name: ProfileName) => {
    const slot = slotPath(context.scanDir, name);
    if (host.files.readStatus(slot) === null) return null;
    return readServiceStatus(host, slot, serviceName(name));
  };
  return {
    kind: "s6",
    description: "s6 (container supervisor)",
    start: (name) => start(context, name),
    stop: (name) => stop(context, name),
    restart: (name) => restart(context, name),
    isRunning: async (name) => (await readGateway(name))?.up ?? false,
    supportsRuntimeRegistration: () => true,
    registerProfileGateway: (name) => register(context, name),
    unregisterProfileGateway: (name) => unregister(context, name),
    listProfileGateways: () => listSlots(host, context.scanDir),
    readGateway,
  };
}
