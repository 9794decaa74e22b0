import { isSupervisedChild } from "../core/supervision.ts";
import { isSwitchOn } from "../core/switches.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns true if `gateway run` asks s6 to run the gateway instead of being it: under s6, not already the
 * supervised process, and without opt-out.
 */
export function shouldRedirect(
  isS6: boolean,
  noSupervise: boolean,
  environment: Environment,
): boolean {
  const optedOut = noSupervise || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return isS6 && !isSupervisedChild(environment) && !optedOut;
}
