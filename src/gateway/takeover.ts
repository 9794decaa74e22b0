import { waitUntil } from "../core/wait-until.ts";
import { attempt, warn } from "../core/attempt.ts";
import { AppError } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { HeldLock } from "../host/lock.ts";
import type { ProfileName } from "../profiles/name.ts";
import { announceStop } from "./record/stop-notice.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { readOwner } from "./record/owner.ts";
import { gatewayFilePath } from "../profiles/runtime-directory.ts";

/** Milliseconds that the old gateway gets between SIGTERM and SIGKILL. */
const TAKEOVER_LIMIT_MS = 10_000;
const AFTER_KILL_MS = 2000;
const POLL_MS = 20;

/** Two installations of one user share the run-time directory, and with it the locks. */
const ANOTHER_HOME = "another HERMES_HOME needs an XDG_RUNTIME_DIR of its own";

function isAlive(host: Host, owner: ProcessIdentity): boolean {
  return host.processes.readProcess(owner.pid)?.startTime === owner.startTime;
}

/** SIGTERM, wait, SIGKILL: the old gateway ends, whether it holds our lock or is an external agent. */
async function endOwner(host: Host, owner: ProcessIdentity): Promise<void> {
  for (const [signal, limit] of [
    ["SIGTERM", TAKEOVER_LIMIT_MS],
    ["SIGKILL", AFTER_KILL_MS],
  ] as const) {
    if (!isAlive(host, owner)) return;
    host.processes.sendSignal(owner.pid, signal);
    await waitUntil(host, () => !isAlive(host, owner), limit, POLL_MS);
  }
}

/**
 * Takes the lock of a profile. If another process has it: refuses, or with `replace` ends that process first. The lock
 * is in the run-time directory and is released when this process ends.
 */
export async function takeOwnership(
  host: Host,
  directory: string,
  profile: string,
  name: ProfileName,
  replace: boolean,
): Promise<HeldLock> {
  const { tryLock } = await host.loadLock();
  const take = () => tryLock(gatewayFilePath(directory, name, "lock"));
  const free = take();
  const owner = readOwner(host, profile, name);
  if (free !== null && owner === null) return free;
  if (!replace) {
    free?.release();
    const who = owner === null ? "another process" : `pid ${owner.pid}`;
    throw new AppError("already-running", `Cannot run gateway '${name}': ${who} runs it already`, {
      hint: `stop that one, or take over with \`--replace\`${owner === null ? `; ${ANOTHER_HOME}` : ""}`,
    });
  }
  if (owner !== null) {
    host.output.note(`Taking over gateway '${name}' from pid ${owner.pid}`);
    // Else s6 would start that one again, to take over again.
    const announce = () => announceStop(host, name, owner, "stop");
    warn(host, attempt("announce the takeover", announce));
    await endOwner(host, owner);
  }
  let lock = free;
  await waitUntil(host, () => (lock ??= take()) !== null, AFTER_KILL_MS, POLL_MS);
  if (lock !== null) return lock;
  throw new AppError(
    "already-running",
    `Cannot take over gateway '${name}': its owner is not known and does not give it up`,
    { hint: `read who holds ${gatewayFilePath(directory, name, "lock")}; ${ANOTHER_HOME}` },
  );
}
