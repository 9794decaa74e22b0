import { AppError } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_PROFILE, type ProfileName } from "../../profiles/name.ts";
import { isProfileGone, profileExists } from "../../profiles/store.ts";
import type { RegistrationOutcome } from "../manager.ts";
import { controlFifo, slotPath } from "./layout.ts";
import { answers, isSupervised } from "./publish.ts";
import { recordRegistered, recordUnregistered } from "./registration-events.ts";
import { isPartlyRegistered, registerDirectly, unregisterDirectly } from "./registration.ts";
import { askRegistrar } from "./registrar.ts";
import { waitUntil } from "../../core/wait-until.ts";

/** What the operations on one installation share. */
export interface S6Context {
  readonly host: Host;
  readonly scanDir: string;
  readonly root: string;
}

export function noSuchGateway(name: ProfileName): AppError {
  return new AppError(
    "no-such-gateway",
    `no such gateway '${name}': register it with \`hermes profile create ${name}\` first, or pass an existing profile name via \`-p <name>\``,
    { profile: name },
  );
}

/** Publishes a profile's slot, or asks the registrar to. */
export async function registerSlot(
  { host, scanDir, root }: S6Context,
  name: ProfileName,
): Promise<RegistrationOutcome> {
  if (host.files.isWritable(scanDir)) {
    const outcome = await registerDirectly(host, scanDir, name);
    if (outcome === "registered") await recordRegistered(host, root, name);
    return outcome;
  }
  await askRegistrar(host, { verb: "register", name });
  return "registered";
}

/** Takes a profile's slot out of s6, or asks the registrar to; a missing one is fine. */
export async function unregisterSlot(
  { host, scanDir, root }: S6Context,
  name: ProfileName,
): Promise<void> {
  if (!isPartlyRegistered(host, scanDir, name)) return;
  if (host.files.isWritable(scanDir)) {
    await unregisterDirectly(host, scanDir, name);
    return recordUnregistered(host, root, name);
  }
  try {
    await askRegistrar(host, { verb: "unregister", name });
  } catch (error) {
    // The registrar goes on for a command that was killed, and may have been faster for that one.
    if (isPartlyRegistered(host, scanDir, name)) throw error;
  }
}

/** Milliseconds that s6-supervise may take from its control FIFO to its first status. */
const ANSWER_LIMIT_MS = 5000;

/** Waits for the first status of a slot that was published a moment ago. */
export async function waitForAnswers(host: Host, slot: string): Promise<void> {
  if (!isSupervised(host, slot)) return;
  await waitUntil(host, () => answers(host, slot), ANSWER_LIMIT_MS);
}

/** Makes sure that a slot is there and supervised; a profile made by hand gets one now. */
export async function requireSlot(context: S6Context, name: ProfileName): Promise<string> {
  const { host, scanDir, root } = context;
  const slot = slotPath(scanDir, name);
  const present = host.files.readStatus(slot) !== null;
  if (present && host.files.probeFifo(controlFifo(slot)) !== "absent") {
    await waitForAnswers(host, slot);
    return slot;
  }
  if (name !== DEFAULT_PROFILE && !profileExists(host, root, name)) throw noSuchGateway(name);
  await registerSlot(context, name);
  // A deletion that came in between has looked for the slot already.
  if (isProfileGone(host, root, name)) {
    await unregisterSlot(context, name);
    throw noSuchGateway(name);
  }
  return slot;
}
