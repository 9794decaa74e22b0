import type { Host } from "../../host/host.ts";
import { stateFilePath } from "../../profiles/paths.ts";
import {
  parseStateFile,
  renderStateFile,
  type DesiredState,
  type ParsedState,
  type StateChange,
} from "./state-file.ts";

/** A state file is a few hundred bytes; what is larger than this is not one. */
const MAX_STATE_BYTES = 1_048_576;
const STATE_MODE = 0o644;

export type StateOutcome = ParsedState | { readonly kind: "missing" };

/** Reads a profile's state file, whatever is in its place. */
export function readState(host: Host, profile: string): StateOutcome {
  const outcome = host.files.readTextFile(stateFilePath(profile), MAX_STATE_BYTES);
  if (outcome.kind === "unreadable") {
    const { reason } = outcome;
    const what = reason.startsWith("is ") ? reason : `cannot be read: ${reason}`;
    return { kind: "unreadable", reason: `state file ${what}` };
  }
  return outcome.kind === "missing" ? outcome : parseStateFile(outcome.text);
}

/** Writes `change` into the state file and keeps every key it does not know. Throws when the volume refuses. */
export function writeState(host: Host, profile: string, change: StateChange): void {
  const before = readState(host, profile);
  const raw = before.kind === "state" ? before.state.raw : {};
  const updatedAt = new Date(host.clock.now()).toISOString();
  const path = stateFilePath(profile);
  if (host.files.readStatus(path)?.kind === "directory") moveAside(host, path);
  host.files.writeFileAtomically(path, renderStateFile(raw, change, updatedAt), STATE_MODE);
}

/** Moves a directory in the place of the file aside: a rename cannot replace it, and it is not ours to delete. */
function moveAside(host: Host, path: string): void {
  const aside = `${path}.not-a-file`;
  host.files.removeTree(aside);
  host.files.rename(path, aside);
}

/** Returns the desired state of a profile; null if there is none that can be read. */
export function readDesiredState(host: Host, profile: string): DesiredState | null {
  const outcome = readState(host, profile);
  return outcome.kind === "state" ? outcome.state.desired : null;
}
