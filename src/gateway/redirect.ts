import { isSwitchOn } from "../core/switches.ts";

/**
 * Whether `gateway run` asks s6 to run the gateway instead of being it: under s6, not already the
 * supervised process, and nobody opted out.
 */
export function shouldRedirect(
  isS6: boolean,
  noSupervise: boolean,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  const supervised = (environment["HERMES_S6_SUPERVISED_CHILD"] ?? "") !== "";
  const optedOut = noSupervise || isSwitchOn(environment["HERMES_GATEWAY_NO_SUPERVISE"]);
  return isS6 && !supervised && !optedOut;
}
