import { findNamedProfile, scanCommandLine } from "../core/command-line.ts";
import { withoutThreadless } from "../core/runtime-environment.ts";
import { checkProgram, countAgentCall, findExternalAgent } from "../agent/external.ts";
import { isProfileChosen } from "../profiles/current.ts";
import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { environmentOf, type App } from "./app.ts";

/**
 * Returns the words that an agent gets: the command line as it is, with the profile in front if it names none.
 * `default` needs no name, unless the agent would find another one in the file that it shares with us.
 */
function agentArguments(app: App, args: readonly string[]): readonly string[] {
  if (findNamedProfile(scanCommandLine(args)) !== null) return args;
  const { host, home, profile } = app;
  const plain = profile === DEFAULT_PROFILE && !isProfileChosen(host, home.root);
  return plain ? args : ["-p", profile, ...args];
}

/**
 * Becomes the agent that is installed, with the words of this command line, in this directory, on this terminal.
 * Returns if there is none. Throws with exit code 78 if HERMES_AGENT names no program, the agent cannot start, or it
 * leads back here.
 */
export function becomeAgent(app: App, args: readonly string[]): void {
  const { host } = app;
  const agent = findExternalAgent(host);
  if (agent === null) return;
  checkProgram(host, agent);
  const own = withoutThreadless(environmentOf(app));
  const environment = { ...own, ...countAgentCall(host, agent) };
  host.processes.replaceProcess([agent, ...agentArguments(app, args)], environment);
}
