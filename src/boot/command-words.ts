import {
  findNamedProfile,
  hasFlag,
  NO_SUPERVISE,
  scanCommandLine,
  type CommandLine,
} from "../core/command-line.ts";
import { isSwitchOn } from "../core/switches.ts";
import type { ProfileName } from "../profiles/name.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the words of a command line that are not flags, without a leading `hermes`. */
function commandWords(line: CommandLine): readonly string[] {
  const words = line.words.filter((word) => !word.startsWith("-"));
  return words[0] === "hermes" ? words.slice(1) : words;
}

/** A container's command that runs a gateway. */
export interface GatewayCommand {
  /** The profile as it was typed; null if none is named. */
  readonly profile: string | null;
  /** True if s6 runs the gateway, and not the command itself. */
  readonly supervised: boolean;
}

/** Returns the gateway that a container's command runs; null if it runs none. */
export function parseGatewayCommand(
  args: readonly string[],
  environment: Environment,
): GatewayCommand | null {
  const line = scanCommandLine(args);
  const [first, second] = commandWords(line);
  if (first !== "gateway" || second !== "run") return null;
  const optedOut =
    hasFlag(line, [NO_SUPERVISE]) || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return { profile: findNamedProfile(line), supervised: !optedOut };
}

/**
 * Names the profile in the container's command: `gateway run` is the gateway of `profile`, as the boot takes it,
 * whatever profile an operator uses at the moment. Returns other commands as they are.
 */
export function nameProfile(
  command: readonly string[],
  args: readonly string[],
  profile: ProfileName,
): readonly string[] {
  const gateway = parseGatewayCommand(args, {});
  if (gateway === null || gateway.profile !== null) return command;
  const [program = "", ...rest] = command;
  return [program, "-p", profile, ...rest];
}

/** Returns true if the container is only the dashboard: no gateway runs beside it. */
export function isDashboardCommand(args: readonly string[]): boolean {
  return commandWords(scanCommandLine(args))[0] === "dashboard";
}

/** Returns the command that only asks for a gateway's start, and so ends the container at once; null for any other. */
export function findEndingCommand(args: readonly string[]): string | null {
  const [first, second] = commandWords(scanCommandLine(args));
  const isEnding = first === "gateway" && (second === "start" || second === "restart");
  return isEnding ? `${first} ${second}` : null;
}
