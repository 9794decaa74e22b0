import { isSwitchOn } from "./switches.ts";

/** Variables that mark the supervised gateway if one of them is not empty. A slot sets both. */
export const SUPERVISED_CHILD_VARIABLES = [
  "HERMES_S6_SUPERVISED_CHILD",
  "HERMES_SUPERVISED_CHILD",
] as const;

/** Returns true if s6 supervises this process as a gateway. */
export function isSupervisedChild(
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return SUPERVISED_CHILD_VARIABLES.some((name) => (environment[name] ?? "") !== "");
}

/** Returns true if `gateway run` asks s6 to run the gateway instead of being it. */
export function shouldRedirect(
  isS6: boolean,
  noSupervise: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const optedOut = noSupervise || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return isS6 && !isSupervisedChild(environment) && !optedOut;
}

/** Exit codes of `hermes-boot finish`; any other one means that it could not decide. */
export const FINISH_CODES = {
  startAgain: 0,
  /** The one after which s6-supervise does not start the service again (s6: servicedir). */
  stayDown: 125,
  /** The gateway went down with the container. */
  shutDown: 124,
} as const;

/** The answer of `hermes-boot before-start`, instead of seconds, if the gateway is to stay down. */
export const STAY_DOWN_ANSWER = "down";
