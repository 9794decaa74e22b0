import { attempt, warn } from "../../core/attempt.ts";
import { findEndingCommand, nameProfile } from "../../boot/command-words.ts";
import { runsMainProgram } from "../../boot/container-command.ts";
import { recordMainProgram } from "../../boot/main-program.ts";
import { adoptNonShellVariables } from "../../boot/non-shell-variables.ts";
import { checkUser } from "../../boot/preflight.ts";
import { readUserFacts } from "../../boot/read-preflight.ts";
import { routeCommand } from "../../boot/route.ts";
import { enterWorkDirectory, findWorkDirectory, tryToEnter } from "../../boot/work-directory.ts";
import { AppError } from "../../core/errors.ts";
import { SUPERVISED_CHILD_VARIABLES } from "../../core/supervision.ts";
import type { Host } from "../../host/host.ts";
import { DEFAULT_PROFILE } from "../../profiles/name.ts";
import { readBootPhase, recordBooted } from "../../services/boot-phase.ts";
import { AGENT_COMMANDS } from "../agent-route.ts";
import type { App } from "../app.ts";
import { rawCommand, type Command } from "../command-type.ts";
import { environmentOf } from "../commands/environment.ts";
import { becomeHermes } from "../../boot/drop-root.ts";
import type { Table } from "../table.ts";

/** Refuses an unexpected uid, which has come past the entry point and its preflight. */
function refuseUnexpectedUid(host: Host): void {
  const facts = readUserFacts(host);
  const [problem] = facts.hermes === null ? [] : checkUser(facts);
  if (problem !== undefined) throw new AppError("refused", problem.message, { hint: problem.hint });
}

/**
 * Records that the boot is over, if no script has: the init starts the container's command after all of them, also
 * if another image has replaced the last one. Only the user who runs the tree may record it.
 */
function noteBooted(host: Host): void {
  if (!runsMainProgram(host, host.processes.readProcess(host.self.pid)?.parent ?? 0)) return;
  if (readBootPhase(host) !== "booting") return;
  warn(
    host,
    attempt("record the boot", () => recordBooted(host)),
  );
}

/** A variable that the wrapper sets for this process alone (WebKit's options of JavaScriptCore). */
const NO_COMPILER = "BUN_JSC_useJIT";

/**
 * Variables that the command must not inherit. It is no slot's gateway, whatever the container was started with.
 */
const NOT_INHERITED: ReadonlySet<string> = new Set([NO_COMPILER, ...SUPERVISED_CHILD_VARIABLES]);

function environmentOfCommand(app: App): Readonly<Record<string, string>> {
  const entries = Object.entries(environmentOf(app));
  return Object.fromEntries(entries.filter(([name]) => !NOT_INHERITED.has(name)));
}

/**
 * `hermes-boot main -- ARGS…`: becomes the container's command, as hermes, in the same directory;
 * `hermes` are the subcommands that win over programs.
 */
export function main(app: App, hermes: Table): Command {
  return rawCommand(async (rawArgs) => {
    const args = rawArgs[0] === "--" ? rawArgs.slice(1) : rawArgs;
    const { host } = app;
    refuseUnexpectedUid(host);
    // Root without CAP_DAC_OVERRIDE may not enter hermes' private directories, and hermes may not enter root's.
    const directory = findWorkDirectory(host);
    const isThere = directory === null || tryToEnter(host, directory);
    recordMainProgram(host);
    noteBooted(host);
    becomeHermes(host);
    adoptNonShellVariables(host);
    if (!isThere) enterWorkDirectory(host, directory);
    const ending = findEndingCommand(args);
    if (ending !== null) {
      const message = `warning: \`${ending}\` ends when the gateway is ready, and the container ends with it: use \`gateway run\` as the container's command`;
      host.output.note(message);
    }
    const routed = routeCommand(host, args, new Set([...Object.keys(hermes), ...AGENT_COMMANDS]));
    const named = nameProfile(routed, args, app.home.currentProfile ?? DEFAULT_PROFILE);
    // While it boots the container ignores what the terminal sends.
    return host.processes.replaceProcess(named, environmentOfCommand(app), "all");
  });
}
