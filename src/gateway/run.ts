import { AppError, ExitCode, messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { pidFilePath, profileDirectory } from "../profiles/paths.ts";
import {
  ensureRuntimeDirectory,
  gatewaySocketPath,
  isStopAnnounced,
  type ProcessIdentity,
} from "../profiles/runtime-directory.ts";
import type { GatewayState, StateChange } from "../profiles/state.ts";
import { writeState } from "../profiles/state-store.ts";
import { profileExists } from "../profiles/store.ts";
import { takeOwnership } from "./ownership.ts";

/** Milliseconds that running requests get after SIGTERM. */
const DRAIN_LIMIT_MS = 5000;

export interface GatewayOptions {
  readonly root: string;
  readonly name: ProfileName;
  /** Take over from a process that runs this gateway already. */
  readonly replace: boolean;
  /** Resolves with the signal that asks this process to end. */
  readonly endRequested: Promise<NodeJS.Signals>;
}

/** Writes a gateway's record of itself; a volume that refuses is said once and lived with. */
function createRecorder(host: Host, profile: string, facts: StateChange) {
  let warned = false;
  return (state: GatewayState, exitReason: string | null): void => {
    try {
      writeState(host, profile, { ...facts, gateway_state: state, exit_reason: exitReason });
      warned = false;
    } catch (error) {
      const reason = host.files.describeSystemError(error);
      if (!warned) host.output.note(`warning: cannot write the state file: ${reason}`);
      warned = true;
    }
  };
}

function identify(host: Host): ProcessIdentity {
  const startTime = host.processes.readProcess(host.self.pid)?.startTime ?? 0;
  return { pid: host.self.pid, startTime };
}

function writePidFile(host: Host, profile: string, facts: StateChange): void {
  try {
    host.files.writeFileAtomically(pidFilePath(profile), `${JSON.stringify(facts)}\n`, 0o644);
  } catch (error) {
    host.output.note(`warning: cannot write gateway.pid: ${host.files.describeSystemError(error)}`);
  }
}

function removePidFile(host: Host, profile: string): void {
  try {
    host.files.removeFile(pidFilePath(profile));
  } catch (error) {
    host.output.note(
      `warning: cannot remove gateway.pid: ${host.files.describeSystemError(error)}`,
    );
  }
}

/**
 * Is one profile's gateway until it is asked to end: owns the profile, records its state through its
 * life, answers `/health` on its socket. Throws with exit code 78 where the profile does not exist.
 */
export async function runGateway(host: Host, options: GatewayOptions): Promise<void> {
  const { root, name } = options;
  const profile = profileDirectory(root, name);
  if (!profileExists(host, root, name)) {
    throw new AppError("no-such-profile", `Cannot run gateway '${name}': no such profile`, {
      exitCode: ExitCode.configuration,
      hint: `create it with \`hermes profile create ${name}\``,
    });
  }
  const directory = ensureRuntimeDirectory(host);
  const lock = await takeOwnership(host, directory, profile, name, options.replace);
  const self = identify(host);
  const facts = {
    pid: self.pid,
    kind: "hermes-gateway",
    argv: host.self.argv,
    start_time: self.startTime,
    hermes_home: profile,
  } as const;
  const record = createRecorder(host, profile, facts);
  record("starting", null);
  writePidFile(host, profile, facts);
  let state: GatewayState = "starting";
  const { serveOnSocket } = await host.loadHttp();
  const server = openSocket(host, () =>
    serveOnSocket(gatewaySocketPath(directory, name), (path) =>
      path === "/health" ? { status: state, profile: name, pid: self.pid } : null,
    ),
  );
  state = "running";
  record(state, null);
  host.output.note(`Gateway '${name}' runs (pid ${self.pid})`);
  const signal = await options.endRequested;
  state = "draining";
  record(state, null);
  await server.close(DRAIN_LIMIT_MS);
  const stopped = isStopAnnounced(host, name, self);
  // Without an announcement the container goes down: `running` is what brings the gateway back.
  record(stopped ? "stopped" : "running", stopped ? "stop" : signal);
  removePidFile(host, profile);
  host.output.note(`Gateway '${name}' ended after ${signal}${stopped ? " (stop)" : ""}`);
  lock.release();
}

function openSocket<T>(host: Host, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const reason = host.files.errorCode(error) ?? messageOf(error);
    throw new AppError("io", `Cannot listen on the gateway's socket: ${reason}`, { cause: error });
  }
}
