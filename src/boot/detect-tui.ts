import { hasFlag, scanCommandLine, TERMINAL_FLAGS } from "../core/command-line.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { Host } from "../host/host.ts";
import { findContainerCommand } from "./container-command.ts";

/** Returns true for a terminal session: `--tui`, `-T`, `HERMES_TUI`, or no arguments and a terminal on stdin. */
export function isTerminalSession(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  stdinIsTerminal: boolean,
): boolean {
  if (isSwitchOn(environment["HERMES_TUI"])) return true;
  if (hasFlag(scanCommandLine(args), TERMINAL_FLAGS)) return true;
  return args.length === 0 && stdinIsTerminal;
}

/** Returns true if the container's own command is one. Boot scripts have neither its arguments nor its terminal. */
export function isContainerTerminalSession(host: Host): boolean {
  const command = findContainerCommand(host);
  if (command === null) return false;
  const terminal = host.files.isTerminal(`/proc/${command.pid}/fd/0`);
  return isTerminalSession(command.args, host.environment, terminal);
}
