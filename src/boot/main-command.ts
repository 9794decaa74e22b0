import { tryTo } from "../core/attempt.ts";
import { AppError } from "../core/errors.ts";
import { withoutThreadless } from "../core/runtime-environment.ts";
import { SUPERVISED_CHILD_VARIABLES } from "../core/supervision.ts";
import type { Host } from "../host/host.ts";
import type { ProfileName } from "../profiles/name.ts";
import { readBootPhase, recordBooted } from "../services/boot-phase.ts";
import { findEndingCommand, nameProfile } from "./command-words.ts";
import { runsMainProgram } from "./container-command.ts";
import { becomeHermes } from "./drop-root.ts";
import { recordMainProgram } from "./main-program.ts";
import { adoptNonShellVariables } from "./non-shell-variables.ts";
import { checkUser } from "./preflight.ts";
import { readUserFacts } from "./read-preflight.ts";
import { routeCommand } from "./command-route.ts";
import { enterWorkDirectory, findWorkDirectory, tryToEnter } from "./work-directory.ts";

/** Refuses an unexpected uid, which has come past the entry point and its preflight. */
function refuseUnexpectedUid(host: Host): void {
  const facts = readUserFacts(host);
  const problem = facts.hermes === null ? null : checkUser(facts);
  if (problem !== null) throw new AppError("refused", problem.message, { hint: problem.hint });
}

/**
 * Records that the boot is over, if no script has: the init starts the container's command after all of them, also if
 * another image has replaced the last one. Only the user who runs the tree may record it.
 */
function noteBooted(host: Host): void {
  if (!runsMainProgram(host, host.processes.readProcess(host.self.pid)?.parent ?? 0)) return;
  if (readBootPhase(host) !== "booting") return;
  tryTo(host, "record the boot", () => recordBooted(host));
}

/** A variable that the wrapper sets for this process alone (WebKit's options of JavaScriptCore). */
const NO_COMPILER = "BUN_JSC_useJIT";

/** Variables that the command must not inherit. It is no slot's gateway, whatever the container was started with. */
const NOT_INHERITED: ReadonlySet<string> = new Set([NO_COMPILER, ...SUPERVISED_CHILD_VARIABLES]);

/** Returns the environment of the container's command, `words`, from that of this process. */
export function selectInherited(
  host: Host,
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
): Readonly<Record<string, string>> {
  const entries = Object.entries(environment).filter(([name]) => !NOT_INHERITED.has(name));
  const inherited = Object.fromEntries(entries);
  return words[0] === host.self.executable ? inherited : withoutThreadless(inherited);
}

/**
 * Turns this process into the user and the directory of the container's command, and returns its words. `subcommands`
 * of hermes win over programs; without a profile in its words, the command is for `profile`.
 */
export function prepareMainCommand(
  host: Host,
  args: readonly string[],
  subcommands: ReadonlySet<string>,
  profile: ProfileName,
): readonly string[] {
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
  return nameProfile(routeCommand(host, args, subcommands), args, profile);
}
