import { join } from "node:path";
import { readReadyLimit } from "../core/ready-limit.ts";
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

/** Milliseconds that another change takes besides the starts that it waits for: a rename stops a gateway. */
const CHANGE_LIMIT_MS = 60_000;

/** Runs `work` while no other process changes profiles. `what` is for the message of the time limit. */
export async function withProfileLock<T>(
  host: Host,
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  const path = join(ensureRuntimeDirectory(host), "profiles.lock");
  // A rename may wait for a restart of the gateway, and then starts it.
  const limitMs = CHANGE_LIMIT_MS + 2 * readReadyLimit(host);
  return withLock(host, path, limitMs, what, work);
}
