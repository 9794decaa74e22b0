import type { Host } from "../host/host.ts";
import { isDashboardCommand } from "../boot/command-words.ts";
import { findContainerCommand } from "../boot/container-command.ts";
import { takeSnapshot } from "../status/snapshot.ts";
import { BOOT } from "./boot.ts";
import { CONFIGURATION_CHECKS } from "./configuration.ts";
import type { Check, DoctorContext, Finding } from "./finding.ts";
import { GATEWAY_CHECKS } from "./gateways.ts";
import { PROFILE_CHECKS } from "./profiles.ts";
import { SLOT_CHECKS } from "./slots.ts";
import { STOP_BUDGET } from "./stop-budget.ts";
import { VOLUME_CHECKS } from "./volume.ts";

const CHECKS: readonly Check[] = [
  BOOT,
  ...GATEWAY_CHECKS,
  ...SLOT_CHECKS,
  ...VOLUME_CHECKS,
  ...CONFIGURATION_CHECKS,
  ...PROFILE_CHECKS,
  STOP_BUDGET,
];

/** A finding, and whose it is. */
export type NamedFinding = Finding & { readonly check: string; readonly title: string };

/** What became of a repair. */
export interface RepairOutcome {
  readonly check: string;
  /** What it mended, as it was found. */
  readonly message: string;
  /** What it did. */
  readonly action: string;
  /** Why it failed; null where it did not. */
  readonly error: string | null;
}

const ORDER = { problem: 0, warning: 1, ok: 2 } as const;

/** What an examination brought. */
export interface Examination {
  /** Who keeps gateways alive, for people. */
  readonly manager: string;
  /** The gateways that are up, and how many there are. */
  readonly gateways: { readonly up: readonly string[]; readonly total: number };
  /** What is worst first. */
  readonly findings: readonly NamedFinding[];
}

/** Asks every check that makes sense here. */
export async function examine(
  parts: Pick<DoctorContext, "host" | "root" | "gateways" | "agent">,
): Promise<Examination> {
  const { host, root, gateways } = parts;
  const { manager } = gateways;
  const snapshot = await takeSnapshot(host, root, manager);
  const keepsGateways = !isDashboardCommand(findContainerCommand(host)?.args ?? []);
  const context = { ...parts, manager, snapshot, keepsGateways };
  // Before the boot is over nothing else is the last word.
  const checks = snapshot.booting ? [BOOT] : CHECKS;
  const found = await Promise.all(
    checks
      .filter((check) => check.applies(context))
      .map(async ({ id, title, look }) =>
        (await look(context)).map((finding) => ({ ...finding, check: id, title })),
      ),
  );
  const up = snapshot.gateways.filter(({ state }) => state === "ready" || state === "foreground");
  return {
    manager: snapshot.booting ? `${snapshot.manager}, booting` : snapshot.manager,
    gateways: { up: up.map(({ profile }) => profile), total: snapshot.gateways.length },
    findings: found
      .flat()
      .toSorted((first, second) => ORDER[first.severity] - ORDER[second.severity] || 0),
  };
}

/** Mends what can be mended without harm, one after the other; goes on past a failure. */
export async function mend(
  host: Host,
  findings: readonly NamedFinding[],
): Promise<readonly RepairOutcome[]> {
  const outcomes: RepairOutcome[] = [];
  for (const finding of findings) {
    if (finding.severity === "ok" || finding.repair === null) continue;
    const { check, message, repair } = finding;
    let error: string | null = null;
    try {
      await repair.mend();
    } catch (thrown) {
      error = host.files.describeSystemError(thrown);
    }
    outcomes.push({ check, message, action: repair.action, error });
  }
  return outcomes;
}
