import { join } from "node:path";
import { attempt, warn } from "../core/attempt.ts";
import { messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { resolveHermesHome } from "../profiles/home.ts";
import {
  DEFAULT_PROFILE,
  parseProfileName,
  parseTypedProfileName,
  type ProfileName,
} from "../profiles/name.ts";
import { makeAlias } from "../profiles/alias.ts";
import { freeGatewayPlaces, SERVICES_PER_GATEWAY } from "../services/s6/capacity.ts";
import { scanDirectory, slotPath } from "../services/s6/layout.ts";
import { runS6Strictly } from "../services/s6/programs.ts";
import { answers, isSupervised, publishSlots } from "../services/s6/publish.ts";
import { slotOwner } from "../services/s6/registration.ts";
import { countServices, listSlots } from "../services/s6/scan.ts";
import { withScanLock } from "../services/s6/scan-lock.ts";
import { waitUntil } from "../core/wait-until.ts";
import { isDashboardCommand, parseGatewayCommand } from "./command-words.ts";
import { findContainerCommand } from "./container-command.ts";
import type { PlanContext, Step } from "./plan.ts";
import { createVolumeHalf } from "./unprivileged-phase.ts";

/** Returns the number of gateways that fit beside the services that s6 watches already. */
function countPlaces(host: Host): number {
  const scanDir = scanDirectory(host);
  const others =
    countServices(host, scanDir) - SERVICES_PER_GATEWAY * listSlots(host, scanDir).length;
  return freeGatewayPlaces(others);
}

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

/** The work for one step: a slot to publish, or the step with its outcome. */
type Decision =
  | { readonly kind: "publish"; readonly step: Step; readonly name: ProfileName }
  | { readonly kind: "done"; readonly step: Step };

/** Validates a step's name again: the plan came from the other half. */
function decide(host: Host, scanDir: string, step: Step): Decision {
  const skip = (reason: string): Decision => ({
    kind: "done",
    step: { ...step, action: "skipped", reason },
  });
  if (step.action === "skipped") return { kind: "done", step };
  const parsed = parseProfileName(step.profile);
  if (!parsed.ok) return skip(parsed.reason);
  if (isSupervised(host, slotPath(scanDir, parsed.name))) return skip("already supervised");
  return { kind: "publish", step, name: parsed.name };
}

/** A gateway without its link is still a gateway. */
function alias(host: Host, name: ProfileName): void {
  const make = () => makeAlias(host, name);
  warn(host, attempt(`make the link named after profile '${name}'`, make));
}

/** Publishes the slots of a plan. Returns the steps as they came out. */
async function applySteps(
  host: Host,
  scanDir: string,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const decisions = steps.map((step) => decide(host, scanDir, step));
  const publications = decisions.flatMap((decision) =>
    decision.kind === "publish"
      ? [{ name: decision.name, start: decision.step.action === "started" }]
      : [],
  );
  const failures = await publishSlots(host, scanDir, publications, slotOwner(host));
  return decisions.map((decision) => {
    const { step } = decision;
    const failure = decision.kind === "publish" ? failures.get(decision.name) : undefined;
    if (failure !== undefined) return { ...step, action: "skipped", reason: failure.message };
    if (decision.kind === "publish") alias(host, decision.name);
    return step;
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

/** Milliseconds that s6 may take until it supervises every slot: each one costs it two processes. */
const SUPERVISION_LIMIT_MS = 30_000;

/** Waits until the slots that were published can be commanded and asked. */
async function waitForSupervision(
  host: Host,
  scanDir: string,
  steps: readonly Step[],
): Promise<void> {
  const slots = steps.flatMap(({ profile, action }) => {
    const parsed = parseProfileName(profile);
    return parsed.ok && action !== "skipped" ? [slotPath(scanDir, parsed.name)] : [];
  });
  const left = new Set(slots.flatMap((slot) => [slot, join(slot, "log")]));
  const isDone = () => {
    for (const service of left) if (answers(host, service)) left.delete(service);
    return left.size === 0;
  };
  if (await waitUntil(host, isDone, SUPERVISION_LIMIT_MS, 5)) return;
  host.output.note(
    `warning: s6 does not supervise ${left.size} services after ${SUPERVISION_LIMIT_MS / 1000} s`,
  );
}

/**
 * Brings the scan directory in line with the volume, once when the container starts: observe, plan,
 * apply, log. All of it under the lock that every change of the scan directory takes, so that what is decided is still
 * true when it is done. Returns when s6 supervises every slot. With `dryRun` it plans and touches nothing. A profile
 * that cannot be handled is a step with a reason, never an error.
 */
export async function reconcile(
  host: Host,
  root: string,
  dryRun: boolean,
): Promise<ReconcileReport> {
  const args = findContainerCommand(host)?.args ?? [];
  if (isDashboardCommand(args)) return NOT_WANTED;
  const half = createVolumeHalf(host, root);
  const context = readPlanContext(host, args, countPlaces(host));
  if (dryRun) {
    return { kind: "steps", steps: await planOrFallBack(host, () => half.plan(context)) };
  }
  const outcome = Promise.withResolvers<readonly Step[]>();
  const logged = tolerate(host, () => half.log(outcome.promise));
  const scanDir = scanDirectory(host);
  try {
    const steps = await withScanLock(host, scanDir, async () => {
      const plan = await planOrFallBack(host, () => half.prepare(context));
      const done = await applySteps(host, scanDir, plan);
      outcome.resolve(done);
      await logged;
      // Last: gateways that start leave nothing else a processor for a while.
      await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, ["-a", scanDir]);
      return done;
    });
    await waitForSupervision(host, scanDir, steps);
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
