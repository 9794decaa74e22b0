import type { Host } from "../host/host.ts";
import { isDashboardCommand } from "../boot/command-words.ts";
import { findContainerCommand } from "../boot/container-command.ts";
import { takeSnapshot } from "../status/snapshot.ts";
import { CONFIGURATION_CHECKS } from "./configuration.ts";
import { EVENT_HOOK } from "./event-hook.ts";
import { ok, problem, underS6, type Check, type DoctorContext, type Finding } from "./finding.ts";
import { GATEWAY_CHECKS } from "./gateways.ts";
import { INTERRUPTED_CHANGES } from "./interrupted-changes.ts";
import { CURRENT_PROFILE } from "./profiles.ts";
import { SLOT_CHECKS } from "./slots.ts";
import { STOP_BUDGET } from "./stop-budget.ts";
import { VOLUME_CHECKS } from "./volume.ts";

const BOOT: Check = {
  id: "boot",
  title: "Boot",
  applies: underS6,
  run: async ({ snapshot }) =>
    snapshot.booting
      ? problem({
          message: "nothing else was checked",
          cause: "the container is still booting",
          remedy: "run `hermes doctor` again in a moment",
        })
      : ok("the container has booted"),
};

const CHECKS: readonly Check[] = [
  BOOT,
  ...GATEWAY_CHECKS,
  ...SLOT_CHECKS,
  ...VOLUME_CHECKS,
  ...CONFIGURATION_CHECKS,
  CURRENT_PROFILE,
  ...INTERRUPTED_CHANGES,
  EVENT_HOOK,
  STOP_BUDGET,
];

/** A finding with the name of its check. */
export type NamedFinding = Finding & { readonly check: string; readonly title: string };

/** The result of a repair. */
export interface RepairOutcome {
  readonly check: string;
  /** The message of the finding. */
  readonly message: string;
  /** The action in the past tense. */
  readonly action: string;
  /** The reason why it failed; null if it succeeded. */
  readonly error: string | null;
}

const ORDER = { problem: 0, warning: 1, ok: 2 } as const;

/** The result of all checks. */
export interface Examination {
  /** The service manager, for people. */
  readonly manager: string;
  /** The gateways that are up, and how many there are. */
  readonly gateways: { readonly up: readonly string[]; readonly total: number };
  /** Problems first, then warnings, then passed checks. */
  readonly findings: readonly NamedFinding[];
}

/** Runs every check that applies; while the container boots, only the check of the boot. */
export async function examine(
  parts: Pick<DoctorContext, "host" | "root" | "gateways" | "agent">,
): Promise<Examination> {
  const { host, root, gateways } = parts;
  const { manager } = gateways;
  const snapshot = await takeSnapshot(host, root, manager);
  const keepsGateways = !isDashboardCommand(findContainerCommand(host)?.args ?? []);
  const context = { ...parts, manager, snapshot, keepsGateways };
  const checks = snapshot.booting ? [BOOT] : CHECKS;
  const found = await Promise.all(
    checks
      .filter((check) => check.applies(context))
      .map(async ({ id, title, run }) =>
        [await run(context)].flat().map((finding) => ({ ...finding, check: id, title })),
      ),
  );
  const up = snapshot.gateways.filter(({ state }) => state === "ready" || state === "foreground");
  return {
    manager: snapshot.booting ? `${snapshot.manager}, booting` : snapshot.manager,
    gateways: { up: up.map(({ profile }) => profile), total: snapshot.gateways.length },
    findings: found
      .flat()
      .toSorted((first, second) => ORDER[first.severity] - ORDER[second.severity]),
  };
}

/** Runs the repairs of findings one after the other, and continues after a failure. */
export async function repairAll(
  host: Host,
  findings: readonly NamedFinding[],
): Promise<readonly RepairOutcome[]> {
  const outcomes: RepairOutcome[] = [];
  for (const finding of findings) {
    if (finding.severity === "ok" || finding.repair === null) continue;
    const { check, message, repair } = finding;
    let error: string | null = null;
    try {
      await repair.run();
    } catch (thrown) {
      error = host.files.describeSystemError(thrown);
    }
    outcomes.push({ check, message, action: repair.action, error });
  }
  return outcomes;
}
