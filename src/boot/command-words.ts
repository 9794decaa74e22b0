import { isSwitchOn } from "../core/switches.ts";
import type { ProfileName } from "../profiles/name.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The first words of a `hermes` command line that are not flags; the values of the global flags are skipped. */
export function commandWords(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === undefined || arg === "--") break;
    if (arg === "-p" || arg === "--profile" || arg === "--color") index += 1;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return words[0] === "hermes" ? words.slice(1) : words;
}

/** A container's command that runs a gateway. */
export interface GatewayCommand {
  /** The profile as it was typed; null where none is named. */
  readonly profile: string | null;
  /** Whether s6 is to run the gateway, and not the command itself. */
  readonly supervised: boolean;
}

function namedProfile(args: readonly string[]): string | null {
  const end = args.indexOf("--");
  const flags = end < 0 ? args : args.slice(0, end);
  let profile: string | null = null;
  for (const [index, arg] of flags.entries()) {
    if (arg === "-p" || arg === "--profile") profile = flags[index + 1] ?? null;
    else if (arg.startsWith("--profile=")) profile = arg.slice("--profile=".length);
  }
  return profile;
}

/** The gateway that a container's command runs; null where it runs none. */
export function parseGatewayCommand(
  args: readonly string[],
  environment: Environment,
): GatewayCommand | null {
  const [first, second] = commandWords(args);
  if (first !== "gateway" || second !== "run") return null;
  const optedOut =
    args.includes("--no-supervise") || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return { profile: namedProfile(args), supervised: !optedOut };
}

/**
 * The container's command with the profile named that the boot takes it for: `gateway run` is the gateway
 * of `profile`, whatever profile an operator uses at the moment. Other commands stay as they are.
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

/** Whether a container is only the dashboard, beside which no gateway is to run. */
export function isDashboardCommand(args: readonly string[]): boolean {
  return commandWords(args)[0] === "dashboard";
}

/**
 * Returns the command that only asks for a gateway's start and then ends; null for any other one. As the container's
 * command it ends the container.
 */
export function findEndingCommand(args: readonly string[]): string | null {
  const [first, second] = commandWords(args);
  const isEnding = first === "gateway" && (second === "start" || second === "restart");
  return isEnding ? `${first} ${second}` : null;
}
