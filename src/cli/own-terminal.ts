import { basename, join } from "node:path";
import { definedVariables } from "../core/runtime-environment.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { ALIAS_DIRECTORY } from "../profiles/alias.ts";

const OWN_TERMINAL = "/usr/local/lib/hermes/own-terminal.sh";
/** The value of SHELL before, for what has begun again in a session of its own. */
const SHELL_BEFORE = "HERMES_SHELL_BEFORE";

/** The program that was called: a link that is named after a profile, or the executable. */
function calledProgram({ self }: Host): string {
  const name = basename(self.argv[0] ?? "");
  return name === basename(self.executable) ? self.executable : join(ALIAS_DIRECTORY, name);
}

/**
 * Begins again in a session of its own, if root's shell has this process on its terminal. For what may become another
 * program as hermes, be it `sleep`: hermes can take it over (ptrace(2)), and could type there for root. Returns if
 * there is no such shell.
 */
export function leaveTerminalOfRoot(host: Host, args: readonly string[]): void {
  const { environment, files, processes, self, users } = host;
  const before = environment[SHELL_BEFORE];
  if (before !== undefined) {
    self.setVariable("SHELL", before === "" ? null : before);
    self.setVariable(SHELL_BEFORE, null);
    return;
  }
  if (users.currentUid() !== 0 || isSwitchOn(environment["HERMES_DOCKER_EXEC_AS_ROOT"])) return;
  if (!files.isExecutable(OWN_TERMINAL) || !processes.isOnTerminalOfAnother()) return;
  processes.replaceProcess([OWN_TERMINAL, calledProgram(host), ...args], {
    ...definedVariables(environment),
    [SHELL_BEFORE]: environment["SHELL"] ?? "",
  });
}
