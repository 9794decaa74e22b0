import { checkProgram, countAgentCall, findExternalAgent } from "../agent/external.ts";
import { isProfileChosen } from "../profiles/current.ts";
import { DEFAULT_PROFILE } from "../profiles/name.ts";
import { namesProfile } from "./agent-route.ts";
import type { App } from "./app.ts";
import { environmentOf } from "./commands/environment.ts";

/**
 * The words that an agent gets: those of the command line as they are, with the profile where they do not
 * name it. `default` needs no name, unless the agent would find another one in the file that it shares
 * with us.
 */
function agentArguments(app: App, args: readonly string[]): readonly string[] {
  if (namesProfile(args)) return args;
  const { host, home, profile } = app;
  const plain = profile === DEFAULT_PROFILE && !isProfileChosen(host, home.root);
  return plain ? args : ["-p", profile, ...args];
}

/**
 * Becomes the agent that is installed, with the words of this command line, in this directory, on this
 * terminal. Returns where there is none. Throws with exit code 78 where HERMES_AGENT names no program, the
 * agent cannot start, or it leads back here.
 */
export function becomeAgent(app: App, args: readonly string[]): void {
  const { host } = app;
  const agent = findExternalAgent(host);
  if (agent === null) return;
  checkProgram(host, agent);
  const environment = { ...environmentOf(app), ...countAgentCall(host, agent) };
  host.processes.replaceProcess([agent, ...agentArguments(app, args)], environment);
}
