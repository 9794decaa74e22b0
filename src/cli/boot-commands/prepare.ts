import { beginAhead, buildSlotsAhead, isAheadPossible, markPrepared } from "../../boot/ahead.ts";
import { clearRun } from "../../boot/clear-run.ts";
import { isTerminalSession } from "../../boot/detect-tui.ts";
import { describeIgnoredIds } from "../../boot/identity.ts";
import { logSteps, reconcileAhead } from "../../boot/reconcile.ts";
import { prepareHome, prepareRun } from "../../boot/setup.ts";
import { ExitCode } from "../../core/errors.ts";
import type { App } from "../app.ts";
import { rawCommand, type Command } from "../command-type.ts";
import { passesPreflight } from "./preflight.ts";
import { reportReconcile } from "./report-reconcile.ts";

/** What the entry point knows of the container's command. */
interface Given {
  readonly args: readonly string[];
  readonly isTerminal: boolean;
}

function parseGiven(rawArgs: readonly string[]): Given {
  const end = rawArgs.indexOf("--");
  return { args: rawArgs.slice(end + 1), isTerminal: rawArgs.slice(0, end).includes("--terminal") };
}

/**
 * `hermes-boot prepare [--terminal] -- COMMAND…`, for the entry point: says `ready` on descriptor 3, with ` tui` behind
 * it for a terminal session, as soon as an init can start; then, beside the init, does the work of the boot's scripts,
 * as far as it can be done. Where the container cannot start it says why, and `refused`, and exits 1.
 */
export function prepare(app: App): Command {
  return rawCommand(async (rawArgs) => {
    const { host, home } = app;
    if (!passesPreflight(app)) {
      host.output.notifyStarter("refused");
      return ExitCode.failed;
    }
    clearRun(host);
    const given = parseGiven(rawArgs);
    const isAhead = isAheadPossible(host);
    const user = isAhead ? prepareRun(host) : null;
    if (isAhead) beginAhead(host);
    const isTui = isTerminalSession(given.args, host.environment, given.isTerminal);
    host.output.notifyStarter(isTui ? "ready tui" : "ready");
    if (!isAhead) return ExitCode.done;

    const ignored = describeIgnoredIds(host);
    if (ignored !== null) host.output.note(`warning: ${ignored}`);
    await prepareHome(host, home.root, user);
    markPrepared(host);
    const report = await buildSlotsAhead(host, (directory) =>
      reconcileAhead(host, { root: home.root, user, args: given.args }, directory),
    );
    if (report === null) return ExitCode.done;
    // For good: what is left to do is on the volume.
    if (user !== null) host.users.becomeUser(user);
    if (report.kind === "steps") await logSteps(host, home.root, report.steps);
    reportReconcile(app, report, false);
    return ExitCode.done;
  });
}
