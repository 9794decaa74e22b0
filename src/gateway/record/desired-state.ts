import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileDirectory } from "../../profiles/paths.ts";
import {
  ensureRuntimeDirectory,
  gatewayFilePath,
  runtimeDirectory,
} from "../../profiles/runtime-directory.ts";
import { readIntent, writeState } from "./state-store.ts";
import type { DesiredState } from "./state-file.ts";

/** Outcome of recording an intent: on disk, or not and why. */
export type IntentOutcome =
  | { readonly kind: "recorded" }
  | { readonly kind: "not-recorded"; readonly reason: string };

/** Puts an intent into the state file, unless it says so already. */
export function recordIntent(host: Host, profile: string, intent: DesiredState): IntentOutcome {
  if (readIntent(host, profile) === intent) return { kind: "recorded" };
  try {
    writeState(host, profile, { desired_state: intent });
    return { kind: "recorded" };
  } catch (error) {
    return { kind: "not-recorded", reason: host.files.describeSystemError(error) };
  }
}

/**
 * Records what an operator asks for: in the state file, and beside the volume, where no gateway that
 * rewrites its state file from memory can take it back.
 */
export function recordRequest(
  host: Host,
  root: string,
  name: ProfileName,
  intent: DesiredState,
): IntentOutcome {
  try {
    const path = gatewayFilePath(ensureRuntimeDirectory(host), name, "intent");
    host.files.writeFileAtomically(path, `${intent}\n`, 0o644);
  } catch {
    // The state file is what counts; the note only mends it.
  }
  return recordIntent(host, profileDirectory(root, name), intent);
}

/** What an operator last asked for in this container's life; null where nobody asked for anything. */
export function readRequest(host: Host, name: ProfileName): DesiredState | null {
  const path = gatewayFilePath(runtimeDirectory(host), name, "intent");
  const outcome = host.files.readTextFile(path, 64);
  const intent = outcome.kind === "text" ? outcome.text.trim() : "";
  return intent === "running" || intent === "stopped" ? intent : null;
}

/**
 * Puts back what an operator last asked for in this container's life. Called when the gateway has ended:
 * nobody rewrites the state file any more.
 */
export function restoreIntent(host: Host, root: string, name: ProfileName): IntentOutcome {
  const intent = readRequest(host, name);
  if (intent === null) return { kind: "recorded" };
  return recordIntent(host, profileDirectory(root, name), intent);
}
