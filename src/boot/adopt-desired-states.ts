import type { Host } from "../host/host.ts";
import { writeDesiredState } from "../gateway/record/desired-state.ts";
import { parseProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import type { Step } from "./plan.ts";

/**
 * Records the desired state of gateways that start without one: in an installation whose state file has no
 * `desired_state`, or at the first boot. Without it, an agent that reports `stopped` when the container stops would
 * never come back. Returns what the volume refused.
 */
export function adoptDesiredStates(
  host: Host,
  root: string,
  steps: readonly Step[],
): readonly string[] {
  return steps.flatMap(({ profile, action, desired }) => {
    const parsed = parseProfileName(profile);
    if (!parsed.ok || action !== "started" || desired !== null) return [];
    const outcome = writeDesiredState(host, profileDirectory(root, parsed.name), "running");
    return outcome.kind === "recorded"
      ? []
      : [`cannot record the desired state of gateway '${profile}': ${outcome.reason}`];
  });
}
