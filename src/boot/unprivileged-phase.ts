import { bootExecutable } from "../core/boot-executable.ts";
import { AppError } from "../core/errors.ts";
import { THREADLESS } from "../core/runtime-environment.ts";
import { describeAbort } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import { findVolumeUser } from "../core/volume-user.ts";
import { finishDeletions } from "../profiles/deletion-steps.ts";
import { parseProfileName } from "../profiles/name.ts";
import { finishRenames } from "../profiles/rename-steps.ts";
import { isGatewaySupervised, treeVariables } from "../services/s6/tree.ts";
import { writeBootLog } from "./boot-log.ts";
import { adoptDesiredStates } from "./adopt-desired-states.ts";
import { writeBootEvents } from "./boot-events.ts";
import { observeVolume, type Observation, sweepStaleFiles } from "./observe.ts";
import { planReconcile, type PlanContext, type Step } from "./plan.ts";
import { parseSteps, renderPlanContext, renderSteps } from "./steps-format.ts";

/** The unprivileged phase of the reconciler: it touches the volume. For root it is a child that becomes hermes first. */
export interface UnprivilegedPhase {
  /** Observes and plans; changes nothing. */
  readonly plan: (context: PlanContext) => Promise<readonly Step[]>;
  /**
   * Plans, removes stale files and records desired states, before anything starts; not for profiles whose gateway is
   * supervised already.
   */
  readonly prepare: (context: PlanContext) => Promise<readonly Step[]>;
  /**
   * Appends the outcome to the boot log once it is known; the process that writes starts meanwhile. Appends nothing if
   * nothing is known in the end.
   */
  readonly log: (steps: Promise<readonly Step[]>) => Promise<void>;
}

/** Returns true if nothing supervises a profile's gateway yet. The report of a supervised process is not touched. */
function isIdle(host: Host, name: string): boolean {
  const parsed = parseProfileName(name);
  return parsed.ok && !isGatewaySupervised(host, parsed.name);
}

function sweep(host: Host, root: string, observations: readonly Observation[]): void {
  const idle = observations.filter(({ name }) => isIdle(host, name));
  for (const warning of sweepStaleFiles(host, root, idle)) host.output.note(`warning: ${warning}`);
}

/** Plans, removes stale files and records desired states. */
function prepareSteps(host: Host, root: string, context: PlanContext): readonly Step[] {
  const finished = [...finishDeletions(host, root), ...finishRenames(host, root)];
  for (const warning of finished) host.output.note(`warning: ${warning}`);
  const observations = observeVolume(host, root);
  const steps = planReconcile(observations, context);
  sweep(host, root, observations);
  const starting = steps.filter(({ profile }) => isIdle(host, profile));
  for (const warning of adoptDesiredStates(host, root, starting)) {
    host.output.note(`warning: ${warning}`);
  }
  return steps;
}

/** Returns the phase in this process. */
export function createLocalPhase(host: Host, root: string): UnprivilegedPhase {
  return {
    plan: async (context) => planReconcile(observeVolume(host, root), context),
    prepare: async (context) => prepareSteps(host, root, context),
    log: async (future) => {
      const steps = await future;
      if (steps.length === 0) return;
      writeBootLog(host, root, steps);
      await writeBootEvents(host, root, steps);
    },
  };
}

const CHILD_LIMIT_MS = 60_000;

/** Runs one part of the phase in a child that gives up root before it looks at the volume. */
async function askChild(
  host: Host,
  root: string,
  part: string,
  input: string | Promise<string>,
): Promise<string> {
  const result = await host.processes.runCommand([bootExecutable(host), "volume", part], {
    // One that waits for its input waits for another child's work.
    timeoutMs: typeof input === "string" ? CHILD_LIMIT_MS : 2 * CHILD_LIMIT_MS,
    stdin: input,
    environment: {
      PATH: host.environment["PATH"] ?? "/usr/bin:/bin",
      HERMES_HOME: root,
      ...treeVariables(host),
      ...THREADLESS,
    },
  });
  const aborted = describeAbort(result.stderr);
  if (aborted === null && result.stderr !== "") host.output.note(result.stderr.trimEnd());
  if (result.exitCode === 0) return result.stdout;
  if (aborted !== null) throw new AppError("io", `Cannot ${part} the volume as hermes: ${aborted}`);
  const end = result.timedOut ? "took too long" : `ended with ${result.exitCode ?? result.signal}`;
  throw new AppError("io", `Cannot ${part} the volume as hermes: the child ${end}`);
}

/** Returns the phase in a child, for root: nothing that runs as root touches the volume. */
export function createChildPhase(host: Host, root: string): UnprivilegedPhase {
  const askForSteps = async (part: string, context: PlanContext) => {
    const steps = parseSteps(await askChild(host, root, part, renderPlanContext(context)));
    if (steps !== null) return steps;
    throw new AppError("io", "Cannot read the plan: it is not a list of steps");
  };
  return {
    plan: (context) => askForSteps("plan", context),
    prepare: (context) => askForSteps("prepare", context),
    log: async (steps) => {
      const output = await askChild(host, root, "log", steps.then(renderSteps));
      if (output !== "") host.output.result(output);
    },
  };
}

/** Returns the phase for this process's user. */
export function createUnprivilegedPhase(host: Host, root: string): UnprivilegedPhase {
  return findVolumeUser(host) === null
    ? createLocalPhase(host, root)
    : createChildPhase(host, root);
}
