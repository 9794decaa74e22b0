import { attempt, warn } from "../core/attempt.ts";
import type { BuiltInAgent } from "../agent/built-in.ts";
import { AppError, ExitCode } from "../core/errors.ts";
import { exitCodeOfSignal } from "../core/signals.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { pidFilePath, profileDirectory } from "../profiles/paths.ts";
import { readStopNotice } from "./record/stop-notice.ts";
import type { ProcessIdentity } from "../host/processes.ts";
import { ensureRuntimeDirectory, gatewayFilePath } from "../profiles/runtime-directory.ts";
import type { ReportedState, StateChange } from "./record/state-file.ts";
import { writeState } from "./record/state-store.ts";
import { profileExists } from "../profiles/store.ts";
import { listen } from "./listen.ts";
import { readOwner } from "./record/owner.ts";
import { takeOwnership } from "./takeover.ts";

/** Milliseconds that running requests get after SIGTERM. */
const DRAIN_LIMIT_MS = 5000;

export interface GatewayOptions {
  readonly root: string;
  readonly name: ProfileName;
  /** Take over from a process that runs this gateway already. */
  readonly replace: boolean;
  /** True if s6 supervises this process. */
  readonly supervised: boolean;
  /** Makes the agent that answers, before another gateway is ended for this one. */
  readonly loadAgent: () => Promise<BuiltInAgent>;
  /** Resolves with the signal that asks this process to end. */
  readonly endRequested: Promise<NodeJS.Signals>;
}

/** Writes a gateway's record of itself; a volume that refuses is said once and lived with. */
function createRecorder(host: Host, profile: string, facts: StateChange) {
  let warned = false;
  return (state: ReportedState, exitReason: string | null): void => {
    const problems = attempt("write the state file", () =>
      writeState(host, profile, { ...facts, gateway_state: state, exit_reason: exitReason }),
    );
    if (!warned) warn(host, problems);
    warned = problems.length > 0;
  };
}

function identify(host: Host): ProcessIdentity {
  const startTime = host.processes.readProcess(host.self.pid)?.startTime ?? 0;
  return { pid: host.self.pid, startTime };
}

/** Records why a gateway could not start, for later questions. Does not overwrite the state of a gateway that runs. */
export function recordStartupFailure(
  host: Host,
  root: string,
  name: ProfileName,
  error: AppError,
): void {
  if (error.code === "already-running" || error.code === "no-such-profile") return;
  const profile = profileDirectory(root, name);
  if (readOwner(host, profile, name) !== null) return;
  const { pid, startTime } = identify(host);
  const facts = { pid, start_time: startTime, kind: "hermes-gateway" } as const;
  createRecorder(host, profile, facts)("startup_failed", error.message);
}

/**
 * Runs one profile's gateway until it is asked to end: takes the profile's lock, records its state through its life,
 * answers on its socket and on its agent's address. Returns its exit code: 0, but 128+n if it is supervised and the
 * signal was not announced, so that s6 starts it again. Throws with 78 if the profile does not exist or its
 * configuration cannot be used; no other gateway is ended for one that cannot run.
 */
export async function runGateway(host: Host, options: GatewayOptions): Promise<number> {
  const { root, name } = options;
  const profile = profileDirectory(root, name);
  if (!profileExists(host, root, name)) {
    throw new AppError("no-such-profile", `Cannot run gateway '${name}': no such profile`, {
      exitCode: ExitCode.configuration,
      hint: `create it with \`hermes profile create ${name}\``,
      profile: name,
    });
  }
  const agent = await options.loadAgent();
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
  const pidFile = pidFilePath(profile);
  const write = () => host.files.writeFileAtomically(pidFile, `${JSON.stringify(facts)}\n`, 0o644);
  warn(host, attempt("write gateway.pid", write));
  let state: ReportedState = "starting";
  const servers = await listen(host, {
    socket: gatewayFilePath(directory, name, "sock"),
    agent,
    health: () => ({ status: state, profile: name, pid: self.pid }),
  });
  state = "running";
  record(state, null);
  host.output.note(`Gateway '${name}' runs (pid ${self.pid})`);
  for (const line of agent.notes) host.output.note(line);
  const signal = await options.endRequested;
  state = "draining";
  record(state, null);
  await agent.drain(DRAIN_LIMIT_MS);
  for (const server of servers) await server.close();
  const announced = readStopNotice(host, name, self);
  const stopped = announced === "stop";
  // Without an announcement the container goes down: `running` is what brings the gateway back.
  record(stopped ? "stopped" : "running", stopped ? "stop" : signal);
  const remove = () => void host.files.removeFile(pidFile);
  warn(host, attempt("remove gateway.pid", remove));
  host.output.note(`Gateway '${name}' ended after ${signal}${stopped ? " (stop)" : ""}`);
  lock.release();
  const meant = announced !== null || !options.supervised;
  return meant ? ExitCode.done : exitCodeOfSignal(signal);
}
