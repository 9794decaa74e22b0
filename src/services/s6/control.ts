import { isShutdownAnnounced } from "../../core/boot-directory.ts";
import { AppError, ExitCode } from "../../core/errors.ts";
import type { Host } from "../../host/host.ts";
import type { ServiceStatus, UpOptions } from "../manager.ts";
import { servicePath } from "./layout.ts";
import { runS6Strictly } from "./programs.ts";
import { FINISH_LIMIT_MS, STOP_LIMIT_MS } from "./slot-template.ts";
import { readServiceStatus } from "./status.ts";
import { waitUntil } from "../../core/wait-until.ts";

/** The remedy for a command that an agent gives again and again. */
const AS_ROOT_HINT =
  "if an agent does that, stay root: docker exec -e HERMES_DOCKER_EXEC_AS_ROOT=1 CONTAINER hermes …";

/** After SIGKILL at the stop limit and the finish script, s6-supervise needs a moment. */
const DOWN_LIMIT_MS = STOP_LIMIT_MS + FINISH_LIMIT_MS + 1000;
const DECISION_LIMIT_MS = 2000;
/** Milliseconds after which s6-supervise has certainly read a command. */
const READ_LIMIT_MS = 3000;
/** Milliseconds after which a start says what it waits for. */
const SILENT_MS = 5000;
const POLL_MS = 50;

/** Sends a command to the s6-supervise of a service. `verb` is for the message if that fails. */
export async function command(
  host: Host,
  service: string,
  verb: string,
  flags: "-u" | "-d" | "-du",
): Promise<void> {
  const args = [flags, servicePath(host, service)];
  await runS6Strictly(host, "s6-svc", `${verb} on '${service}'`, args);
}

async function requireStatus(host: Host, service: string): Promise<ServiceStatus> {
  const status = await readServiceStatus(host, service);
  if (status !== null) return status;
  if (isShutdownAnnounced(host)) {
    throw new AppError("refused", `Cannot wait for '${service}': the container is stopping`, {
      exitCode: ExitCode.tryAgain,
    });
  }
  throw new AppError(
    "not-registered",
    `Cannot read the status of '${service}': s6 does not supervise it`,
  );
}

/** Throws if a service is not down, its finish script included, after the longest time that a stop may take. */
async function requireDown(
  host: Host,
  service: string,
  isDown: (status: ServiceStatus) => boolean,
): Promise<void> {
  const down = async () => isDown(await requireStatus(host, service));
  if (await waitUntil(host, down, DOWN_LIMIT_MS, POLL_MS)) return;
  throw new AppError("time-limit", `Cannot stop '${service}': it is still up after SIGKILL`);
}

/**
 * Waits until a service that is going down is down and its finish script has exited, or until it has been started
 * again. Throws at the limit.
 */
export async function waitForEnd(host: Host, service: string): Promise<void> {
  await requireDown(host, service, (status) => status.finished || (status.up && status.wantedUp));
}

/**
 * Stops a service and waits until it is down and its finish script has ended. Throws at the limit. It polls: s6-svwait
 * would have to listen in the event directory, which hermes may not.
 */
export async function bringDown(host: Host, service: string): Promise<void> {
  const asked = host.clock.elapsed();
  await command(host, service, "stop", "-d");
  await requireDown(host, service, ({ up, wantedUp, finished }) => {
    if (up && wantedUp && host.clock.elapsed() - asked > READ_LIMIT_MS) {
      throw new AppError("undone", `Cannot stop '${service}': another command has started it`, {
        hint: AS_ROOT_HINT,
      });
    }
    return !wantedUp && finished;
  });
}

/**
 * Ends the process `pid` of a service that is up, with SIGKILL at the stop limit, and lets s6 start it again, in one
 * command: the process that asked may die in between. Returns when that process and its finish script have exited.
 * Throws at the limit.
 */
export async function cycle(host: Host, service: string, pid: number): Promise<void> {
  await command(host, service, "restart", "-du");
  await requireDown(host, service, (status) => (status.up ? status.pid !== pid : status.finished));
}

/** Returns the reason why a gateway that was asked to start is not ready. */
function explainFailure(status: ServiceStatus, limitMs: number): string {
  if (status.up) return `it runs but is not ready after ${limitMs / 1000} s`;
  const { lastExit, wantedUp } = status;
  if (lastExit === null) return wantedUp ? "it has not started" : "it was stopped";
  return lastExit.kind === "signal"
    ? `it was ended by ${lastExit.signal}`
    : `it exited with code ${lastExit.code}`;
}

/**
 * Starts a service and waits until the gateway itself is ready: `s6-svc -u` alone returns at once. Throws as soon as it
 * is clear that it will not be, and at the limit.
 */
export async function bringUp(
  host: Host,
  service: string,
  options: UpOptions,
): Promise<ServiceStatus> {
  const asked = host.clock.elapsed();
  await command(host, service, "start", "-u");
  let status = await requireStatus(host, service);
  let said = false;
  const settled = async () => {
    status = await requireStatus(host, service);
    if (status.up && status.ready) return true;
    if (options.readFailure() !== null) return true;
    if (status.up && !said && host.clock.elapsed() - asked > SILENT_MS) {
      const limit = `at most ${options.limitMs / 1000} s`;
      host.output.note(`Waiting, ${limit}: '${service}' runs and is not ready yet`);
      said = true;
    }
    // s6-supervise reads its FIFO a moment later: "down, not wanted" counts only after that moment.
    return !status.up && !status.wantedUp && host.clock.elapsed() - asked > 1000;
  };
  await waitUntil(host, settled, options.limitMs, POLL_MS);
  if (status.up && status.ready) return status;
  // If `finish` has decided, wait for it to exit, so that the next reader sees the decision.
  const decided = async () => {
    const { up, finished } = await requireStatus(host, service);
    return up || finished;
  };
  await waitUntil(host, decided, DECISION_LIMIT_MS, POLL_MS);
  const why = options.readFailure() ?? explainFailure(status, options.limitMs);
  const isDown = !status.up && !status.wantedUp;
  // Without a record of an exit: `run` itself was stopped. It exits with 0 if that happens before the gateway.
  const hasFailed = status.lastExit?.kind === "code" && status.lastExit.code !== 0;
  const isUndone = isDown && (options.wasStopped() ?? !hasFailed);
  throw new AppError(isUndone ? "undone" : "not-ready", `Cannot start '${service}': ${why}`, {
    hint: `read the end of its log: \`${options.readLog}\``,
  });
}
