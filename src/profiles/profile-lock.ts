import { join } from "node:path";
import { withLock } from "../core/with-lock.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { Host } from "../host/host.ts";
import { ensureRuntimeDirectory } from "./runtime-directory.ts";

/** The context of the deletion or the rename of a profile, and the receiver of its progress. */
export interface ProfileChange {
  readonly host: Host;
  readonly root: string;
  readonly gateways: Gateways;
  /** Takes each result as soon as it is reached, in one line. */
  readonly tell: (line: string) => void;
  readonly warn: (line: string) => void;
}

/** Milliseconds to wait for another change: a rename stops a gateway and starts it again. */
const LIMIT_MS = 90_000;

/** Runs `work` while no other process changes profiles. `what` is for the message of the time limit. */
export async function withProfileLock<T>(
  host: Host,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(ensureRuntimeDirectory(host), "profiles.lock");
  return withLock(host, path, LIMIT_MS, what, work);
}
