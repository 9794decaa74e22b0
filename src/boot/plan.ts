import { compareProfiles } from "../profiles/name.ts";
import type { DesiredState } from "../gateway/record/state-file.ts";
import type { Observation, ObservedState } from "./observe.ts";
import type { PriorExit } from "./prior-exit.ts";

/** The step of one profile at boot; `action` is the word of the boot log. */
export interface Step {
  readonly profile: string;
  /** The gateway's last reported state; null if there is none. */
  readonly priorState: string | null;
  readonly desired: DesiredState | null;
  /** null if no earlier gateway is known. */
  readonly priorExit: PriorExit | null;
  readonly action: "started" | "registered" | "skipped";
  readonly reason: string | null;
}

/** The facts that the plan depends on besides the volume. */
export interface PlanContext {
  /** Number of further gateways that s6-svscan can take. */
  readonly places: number;
  /** The container's command asks for the default gateway, or the environment bootstraps it. */
  readonly startDefaultIfNew: boolean;
  /** The profile whose gateway is the container's command itself; null if there is none. */
  readonly foreground: string | null;
}

const ALIVE_STATES: ReadonlySet<string> = new Set(["running", "draining", "degraded"]);

const FOREGROUND = "the container's command is this gateway";

/** Without a desired state, a gateway that was alive comes back; any other stays down. */
function shouldStart(name: string, state: ObservedState | null, context: PlanContext): boolean {
  if (state === null) return name === "default" && context.startDefaultIfNew;
  if (state.desired !== null) return state.desired === "running";
  return state.reportedState !== null && ALIVE_STATES.has(state.reportedState);
}

function planOne(observation: Observation, context: PlanContext): Step {
  const { name: profile } = observation;
  if (observation.kind === "rejected") {
    const { reason } = observation;
    return { profile, priorState: null, desired: null, priorExit: null, action: "skipped", reason };
  }
  const { state } = observation;
  const wanted = shouldStart(profile, state, context);
  const foreground = wanted && profile === context.foreground;
  return {
    profile,
    priorState: state?.reportedState ?? null,
    desired: state?.desired ?? null,
    priorExit: state?.priorExit ?? null,
    action: wanted && !foreground ? "started" : "registered",
    reason: foreground ? FOREGROUND : (state?.problem ?? null),
  };
}

/**
 * Plans one step for every profile: `default` first, then by name. If there are more gateways than places, those to be
 * started get them first and the rest are skipped.
 */
export function planReconcile(
  observations: readonly Observation[],
  context: PlanContext,
): readonly Step[] {
  const steps = observations
    .toSorted((first, second) => compareProfiles(first.name, second.name))
    .map((observation) => planOne(observation, context));
  const wanting = [
    ...steps.filter((step) => step.action === "started"),
    ...steps.filter((step) => step.action === "registered"),
  ];
  const fitting = new Set(wanting.slice(0, context.places));
  return steps.map((step) =>
    step.action === "skipped" || fitting.has(step)
      ? step
      : { ...step, action: "skipped", reason: "s6-svscan has no place left" },
  );
}
