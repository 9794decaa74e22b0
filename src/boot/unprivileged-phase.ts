import { attempt, warn } from "../core/attempt.ts";
import { bootExecutable } from "../core/boot-executable.ts";
import { AppError } from "../core/errors.ts";
import { THREADLESS } from "../core/runtime-environment.ts";
import { describeAbort } from "../core/system-failure.ts";
import type { Host } from "../host/host.ts";
import type { CommandOptions, CommandResult } from "../host/processes.ts";
import { findVolumeUser } from "../core/volume-user.ts";
import { writeDesiredState } from "../gateway/record/desired-state.ts";
import { appendEvents } from "../gateway/record/event-log.ts";
import { makeEvent } from "../gateway/record/event.ts";
import { finishDeletions } from "../profiles/deletion-steps.ts";
import { parseProfileName } from "../profiles/name.ts";
import { profileDirectory } from "../profiles/paths.ts";
import { finishRenames } from "../profiles/rename-steps.ts";
import { isGatewaySupervised, treeVariables } from "../services/image/tree.ts";
import { writeBootLog } from "./boot-log.ts";
import { observeVolume, sweepStaleFiles } from "./observe.ts";
import { planReconcile, type PlanContext, type Step } from "./plan.ts";
import { parseSteps } from "./steps-format.ts";

/**
 * The unprivileged phase of the reconciler: it touches the volume. For root it is a child that becomes hermes first.
 */
export interface UnprivilegedPhase {
  /** Observes and plans; changes nothing. */
  readonly plan: (context: PlanContext) => Promise<readonly Step[]>;
  /** Plans, removes stale files and records desired states, except for gateways that are supervised already. */
  readonly prepare: (context: PlanContext) => Promise<readonly Step[]>;
  /** Appends the outcome, if there is one, to the boot log once it is known; the writing process starts meanwhile. */
  readonly log: (steps: Promise<readonly Step[]>) => Promise<void>;
}

/** Returns true if nothing supervises a profile's gateway yet. The report of a supervised process is not touched. */
function isIdle(host: Host, name: string): boolean {
  const parsed = parseProfileName(name);
  return parsed.ok && !isGatewaySupervised(host, parsed.name);
}

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
    const reason = writeDesiredState(host, profileDirectory(root, parsed.name), "running");
    return reason === null
      ? []
      : [`cannot record the desired state of gateway '${profile}': ${reason}`];
  });
}

/** Plans, removes stale files and records desired states. */
function prepareSteps(host: Host, root: string, context: PlanContext): readonly Step[] {
  warn(host, [...finishDeletions(host, root), ...finishRenames(host, root)]);
  const observations = observeVolume(host, root);
  const steps = planReconcile(observations, context);
  const idle = observations.filter(({ name }) => isIdle(host, name));
  warn(host, sweepStaleFiles(host, root, idle));
  const starting = steps.filter(({ profile }) => isIdle(host, profile));
  warn(host, adoptDesiredStates(host, root, starting));
  return steps;
}

/** Writes down, without a hook, which gateways the boot has registered. What the volume refuses is a warning. */
async function writeBootEvents(host: Host, root: string, steps: readonly Step[]): Promise<void> {
  const now = host.clock.now();
  const events = steps.flatMap(({ profile, action }) => {
    const parsed = parseProfileName(profile);
    if (!parsed.ok || action === "skipped") return [];
    const reason = action === "started" ? "at boot, to be started" : "at boot, down";
    return [makeEvent(now, "registered", parsed.name, { reason })];
  });
  if (events.length === 0) return;
  warn(host, await attempt("write the gateways' events", () => appendEvents(host, root, events)));
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

/** Runs a part in a child that gives up root first, and passes on what it says. Throws if its runtime was aborted. */
export async function runAsHermes(
  host: Host,
  root: string,
  part: string,
  options: Pick<CommandOptions, "timeoutMs" | "stdin">,
): Promise<CommandResult> {
  const result = await host.processes.runCommand([bootExecutable(host), "volume", part], {
    ...options,
    environment: {
      PATH: host.environment["PATH"] ?? "/usr/bin:/bin",
      HERMES_HOME: root,
      ...treeVariables(host),
      ...THREADLESS,
    },
  });
  const aborted = describeAbort(result.stderr);
  if (aborted !== null) throw new AppError("io", `Cannot ${part} the volume as hermes: ${aborted}`);
  if (result.stderr !== "") host.output.note(result.stderr.trimEnd());
  return result;
}

const CHILD_LIMIT_MS = 60_000;

async function askChild(
  host: Host,
  root: string,
  part: string,
  stdin: string | Promise<string>,
): Promise<string> {
  // One that waits for its input waits for another child's work.
  const timeoutMs = typeof stdin === "string" ? CHILD_LIMIT_MS : 2 * CHILD_LIMIT_MS;
  const result = await runAsHermes(host, root, part, { timeoutMs, stdin });
  if (result.exitCode === 0) return result.stdout;
  const end = result.timedOut ? "took too long" : `ended with ${result.exitCode ?? result.signal}`;
  throw new AppError("io", `Cannot ${part} the volume as hermes: the child ${end}`);
}

/** Returns the phase in a child, for root: nothing that runs as root touches the volume. */
export function createChildPhase(host: Host, root: string): UnprivilegedPhase {
  const askForSteps = async (part: string, context: PlanContext) => {
    const steps = parseSteps(await askChild(host, root, part, JSON.stringify(context)));
    if (steps !== null) return steps;
    throw new AppError("io", "Cannot read the plan: it is not a list of steps");
  };
  return {
    plan: (context) => askForSteps("plan", context),
    prepare: (context) => askForSteps("prepare", context),
    log: async (steps) => {
      const output = await askChild(
        host,
        root,
        "log",
        steps.then((known) => JSON.stringify(known)),
      );
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
