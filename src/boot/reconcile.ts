import { messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { resolveHermesHome } from "../profiles/home.ts";
import {
  DEFAULT_PROFILE,
  parseProfileName,
  parseTypedProfileName,
  type ProfileName,
} from "../profiles/name.ts";
import {
  changeTree,
  countGatewayPlaces,
  isGatewaySupervised,
  publishGateways,
  waitForSupervision,
} from "../services/image/tree.ts";
import { isDashboardCommand, parseGatewayCommand } from "./command-words.ts";
import { findContainerCommand } from "./container-command.ts";
import type { PlanContext, Step } from "./plan.ts";
import { createUnprivilegedPhase } from "./unprivileged-phase.ts";

/** The facts about gateways in the container's command. */
function readPlanContext(host: Host, args: readonly string[], places: number): PlanContext {
  const { environment } = host;
  const command = parseGatewayCommand(args, environment);
  const home = resolveHermesHome(environment, "/");
  const typed = parseTypedProfileName(command?.profile ?? home.currentProfile ?? DEFAULT_PROFILE);
  const profile = typed.ok ? typed.name : null;
  const asksForDefault = command?.supervised === true && profile === DEFAULT_PROFILE;
  return {
    places,
    startDefaultIfNew:
      environment["HERMES_GATEWAY_BOOTSTRAP_STATE"]?.toLowerCase() === "running" || asksForDefault,
    foreground: command?.supervised === false ? profile : null,
  };
}

/** Validates a step's name again: the plan came from the unprivileged phase. */
function judge(host: Host, step: Step): Step {
  const skip = (reason: string): Step => ({ ...step, action: "skipped", reason });
  if (step.action === "skipped") return step;
  const parsed = parseProfileName(step.profile);
  if (!parsed.ok) return skip(parsed.reason);
  return isGatewaySupervised(host, parsed.name) ? skip("already supervised") : step;
}

/** Returns the profile of a step that is to have a slot, or has one. */
function namePublished({ profile, action }: Step): readonly ProfileName[] {
  const parsed = parseProfileName(profile);
  return parsed.ok && action !== "skipped" ? [parsed.name] : [];
}

/** Publishes the slots of a plan. Returns the steps as they came out. */
async function applySteps(host: Host, plan: readonly Step[]): Promise<readonly Step[]> {
  const steps = plan.map((step) => judge(host, step));
  const publications = steps.flatMap((step) =>
    namePublished(step).map((name) => ({ name, start: step.action === "started" })),
  );
  const failures: ReadonlyMap<string, Error> = await publishGateways(host, publications);
  return steps.map((step) => {
    const failure = failures.get(step.profile);
    return failure === undefined ? step : { ...step, action: "skipped", reason: failure.message };
  });
}

/** The steps if the volume cannot be read: the root profile is always registered. */
const FALLBACK: readonly Step[] = [
  {
    profile: DEFAULT_PROFILE,
    priorState: null,
    desired: null,
    priorExit: null,
    action: "registered",
    reason: "the volume could not be observed",
  },
];

async function planOrFallBack(
  host: Host,
  plan: () => Promise<readonly Step[]>,
): Promise<readonly Step[]> {
  try {
    return await plan();
  } catch (error) {
    host.output.note(`✗ ${messageOf(error)}`);
    return FALLBACK;
  }
}

/** The result of the reconcile. */
export type ReconcileReport =
  | { readonly kind: "not-wanted"; readonly reason: string }
  | { readonly kind: "steps"; readonly steps: readonly Step[] };

const NOT_WANTED: ReconcileReport = {
  kind: "not-wanted",
  reason: "the container's command is the dashboard",
};

/**
 * Brings the scan directory in line with the volume, once when the container starts: observe, plan, apply, log. All of
 * it under the lock that every change of the scan directory takes, so that what is decided is still true when it is
 * done. Returns when s6 supervises every slot. With `dryRun` it plans and touches nothing. A profile that cannot be
 * handled is a step with a reason, never an error.
 */
export async function reconcile(
  host: Host,
  root: string,
  dryRun: boolean,
): Promise<ReconcileReport> {
  const args = findContainerCommand(host)?.args ?? [];
  if (isDashboardCommand(args)) return NOT_WANTED;
  const phase = createUnprivilegedPhase(host, root);
  const context = readPlanContext(host, args, countGatewayPlaces(host));
  if (dryRun) {
    return { kind: "steps", steps: await planOrFallBack(host, () => phase.plan(context)) };
  }
  const outcome = Promise.withResolvers<readonly Step[]>();
  const logged = tolerate(host, () => phase.log(outcome.promise));
  try {
    const steps = await changeTree(host, async () => {
      const plan = await planOrFallBack(host, () => phase.prepare(context));
      const done = await applySteps(host, plan);
      outcome.resolve(done);
      await logged;
      return done;
    });
    await waitForSupervision(host, steps.flatMap(namePublished));
    return { kind: "steps", steps };
  } finally {
    outcome.resolve([]);
    await logged;
  }
}

/** A failure on the volume must not keep the gateways from starting. */
async function tolerate(host: Host, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    host.output.note(`warning: ${messageOf(error)}`);
  }
}
