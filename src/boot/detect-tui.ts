import { isSwitchOn } from "../core/switches.ts";

/**
 * Whether a container's command is a terminal session: `--tui` or `-T` among the arguments, `HERMES_TUI`
 * on, or no arguments and a terminal on stdin.
 */
export function isTerminalSession(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  stdinIsTerminal: boolean,
): boolean {
  if (isSwitchOn(environment["HERMES_TUI"])) return true;
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  if (flags.includes("--tui") || flags.includes("-T")) return true;
  return args.length === 0 && stdinIsTerminal;
}
