import { logCommand, volumeLogCommand } from "../../services/image/logger/log-command.ts";
import { Relay, type RelayOutcome } from "../../services/image/logger/relay.ts";
import { findObstacle } from "../../services/image/logger/volume-log.ts";
import type { Host } from "../../host/host.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { gatewayLogDirectory } from "../../profiles/paths.ts";
import { ensureRuntimeDirectory, gatewayFilePath } from "../../profiles/runtime-directory.ts";
import { requireProfileName } from "../../profiles/store.ts";
import { endLoggers, readLoggerDeath, type LoggerDeath } from "../../services/image/loggers.ts";
import { environmentOf, type App } from "../app.ts";
import { PROFILE_NAME } from "../arguments.ts";
import { bootCommand, type Command } from "../command.ts";

/** Notes that a logger was started; false if one was before in this life of the container. */
function markStart(host: Host, name: ProfileName): boolean {
  try {
    const mark = gatewayFilePath(ensureRuntimeDirectory(host), name, "log.up");
    if (host.files.exists(mark)) return false;
    host.files.createFile(mark, "", 0o600);
  } catch (error) {
    host.output.note(
      `warning: the logger of gateway '${name}' cannot note that it starts: ${host.files.describeSystemError(error)}`,
    );
  }
  return true;
}

function describeDeath(death: LoggerDeath | null): string {
  if (death === null) return "";
  return death.signal === 0 ? ` (exit code ${death.exitCode})` : ` (signal ${death.signal})`;
}

/** The first report of a relay, and whether lines may be missing since the logger before it. */
function greet(isFirst: boolean, death: LoggerDeath | null) {
  if (isFirst) return { greeting: "its log could not be written at first", greetsOutput: false };
  if (death?.exitCode === 0 && death.signal === 0) {
    return { greeting: "its logger was started again", greetsOutput: false };
  }
  const how = `its logger ended${describeDeath(death)}`;
  return { greeting: `${how}; what it held in memory may be missing here`, greetsOutput: true };
}

/** As `s6-log -p`, it outlives a SIGTERM to everybody, and obeys a SIGHUP. */
async function watchForHangup(host: Host, state: { asked: boolean }): Promise<void> {
  state.asked = (await host.self.waitForEndSignal()) === "SIGHUP";
}

async function relay(app: App, name: ProfileName, isFirst: boolean): Promise<RelayOutcome> {
  const { host, home } = app;
  const death = readLoggerDeath(host, name);
  const directory = gatewayLogDirectory(home.root, name);
  const { openLogStreams } = await host.loadLogStreams();
  const fifo = gatewayFilePath(ensureRuntimeDirectory(host), name, "log.fifo");
  host.files.removeTree(fifo);
  const streams = await openLogStreams(fifo);
  const state = { asked: false };
  void watchForHangup(host, state);
  const work = new Relay(host, streams, {
    name,
    directory,
    ...greet(isFirst, death),
    command: volumeLogCommand(host, directory),
    environment: environmentOf(app),
    onLocked: () => endLoggers(host, directory),
  });
  return work.run(() => state.asked);
}

/**
 * `hermes-boot log NAME`: becomes s6-log on the gateway's log directory. If that cannot be written, or if the s6-log
 * before this one ended, it first does the work itself until both destinations take lines.
 */
export function log(app: App): Command {
  return bootCommand({ name: PROFILE_NAME }, async (args) => {
    const { host, home } = app;
    const name = requireProfileName(args.name);
    const directory = gatewayLogDirectory(home.root, name);
    const isFirst = markStart(host, name);
    if (!isFirst || findObstacle(host, directory) !== null) {
      if ((await relay(app, name, isFirst)) === "ended") return 0;
    }
    return host.processes.replaceProcess(logCommand(host, directory), environmentOf(app));
  });
}
