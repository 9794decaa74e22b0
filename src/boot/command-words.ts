import { isSwitchOn } from "../core/switches.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The first words of a `hermes` command line that are not flags; the profile flag's value is skipped. */
export function commandWords(args: readonly string[]): readonly string[] {
  const words: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === undefined || arg === "--") break;
    if (arg === "-p" || arg === "--profile") index += 1;
    else if (!arg.startsWith("-")) words.push(arg);
  }
  return words[0] === "hermes" ? words.slice(1) : words;
}

/** Whether a container's command is the default profile's `gateway run`, to be supervised. */
export function asksForSupervisedGateway(
  args: readonly string[],
  environment: Environment,
): boolean {
  const [first, second] = commandWords(args);
  const named = args.some((arg) => arg === "-p" || arg.startsWith("--profile"));
  const optedOut =
    args.includes("--no-supervise") || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return first === "gateway" && second === "run" && !named && !optedOut;
}

/** Whether a container is only the dashboard, beside which no gateway is to run. */
export function isDashboardCommand(args: readonly string[]): boolean {
  return commandWords(args)[0] === "dashboard";
}
