import { messageOf } from "../core/errors.ts";
import type { Host } from "../host/host.ts";
import { DEFAULT_PROFILE, parseProfileName } from "../profiles/name.ts";
import { makeAlias } from "../services/s6/alias.ts";
import { freeGatewayPlaces, SERVICES_PER_GATEWAY } from "../services/s6/capacity.ts";
import { scanDirectory, slotPath } from "../services/s6/layout.ts";
import { runS6Strictly } from "../services/s6/programs.ts";
import { isSupervised, publishSlot, readSlotContext } from "../services/s6/publish.ts";
import { slotOwner } from "../services/s6/registration.ts";
import { countServices, listSlots } from "../services/s6/scan.ts";
import { withScanLock } from "../services/s6/scan-lock.ts";
import { asksForSupervisedGateway, isDashboardCommand } from "./command-words.ts";
import { findContainerCommand } from "./container-command.ts";
import type { PlanContext, Step } from "./plan.ts";
import { createVolumeHalf, type VolumeHalf } from "./volume-half.ts";

/** What the container's command says about the gateways. */
function readPlanContext(host: Host, args: readonly string[]): PlanContext {
  const scanDir = scanDirectory(host);
  const others =
    countServices(host, scanDir) - SERVICES_PER_GATEWAY * listSlots(host, scanDir).length;
  const { environment } = host;
  return {
    places: freeGatewayPlaces(others),
    startDefaultIfNew:
      environment["HERMES_GATEWAY_BOOTSTRAP_STATE"]?.toLowerCase() === "running" ||
      asksForSupervisedGateway(args, environment),
  };
}

/** Publishes the slot of one step. The name is validated again: the plan came from the other half. */
async function applyStep(host: Host, scanDir: string, step: Step): Promise<Step> {
  if (step.action === "skipped") return step;
  const parsed = parseProfileName(step.profile);
  if (!parsed.ok) return { ...step, action: "skipped", reason: parsed.reason };
  if (isSupervised(host, slotPath(scanDir, parsed.name))) {
    return { ...step, action: "skipped", reason: "already supervised" };
  }
  try {
    const owner = slotOwner(host);
    const context = readSlotContext(host, owner);
    await publishSlot(host, scanDir, parsed.name, step.action === "started", context, owner);
    makeAlias(host, parsed.name);
    return step;
  } catch (error) {
    return { ...step, action: "skipped", reason: messageOf(error) };
  }
}

async function applySteps(host: Host, steps: readonly Step[]): Promise<readonly Step[]> {
  const scanDir = scanDirectory(host);
  return withScanLock(host, scanDir, async () => {
    const done: Step[] = [];
    for (const step of steps) done.push(await applyStep(host, scanDir, step));
    await runS6Strictly(host, "s6-svscanctl", `on '${scanDir}'`, ["-a", scanDir]);
    return done;
  });
}

/** The root profile is always registered, even where the volume cannot be looked at. */
const FALLBACK: readonly Step[] = [
  {
    profile: DEFAULT_PROFILE,
    priorState: null,
    intent: null,
    action: "registered",
    reason: "the volume could not be observed",
  },
];

async function planOrFallBack(
  host: Host,
  half: VolumeHalf,
  context: PlanContext,
): Promise<readonly Step[]> {
  try {
    return await half.plan(context);
  } catch (error) {
    host.output.note(`✗ ${messageOf(error)}`);
    return FALLBACK;
  }
}

/** What reconciling came to. */
export type ReconcileReport =
  | { readonly kind: "not-wanted"; readonly reason: string }
  | { readonly kind: "steps"; readonly steps: readonly Step[] };

/**
 * Brings the scan directory in line with the volume, once when the container starts: observe, plan,
 * apply, log. With `dryRun` it plans and touches nothing. A profile that cannot be handled is a step
 * with a reason, never an error.
 */
export async function reconcile(
  host: Host,
  root: string,
  dryRun: boolean,
): Promise<ReconcileReport> {
  const args = findContainerCommand(host)?.args ?? [];
  if (isDashboardCommand(args)) {
    return { kind: "not-wanted", reason: "the container's command is the dashboard" };
  }
  const half = createVolumeHalf(host, root);
  const plan = await planOrFallBack(host, half, readPlanContext(host, args));
  if (dryRun) return { kind: "steps", steps: plan };
  await tolerate(host, () => half.sweep());
  const steps = await applySteps(host, plan);
  await tolerate(host, () => half.log(steps));
  return { kind: "steps", steps };
}

/** What the volume refuses must not keep the gateways from starting. */
async function tolerate(host: Host, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    host.output.note(`warning: ${messageOf(error)}`);
  }
}
