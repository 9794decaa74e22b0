import type { Host } from "../host/host.ts";
import type { AgentDiagnosis } from "../agent/diagnosis.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { ServiceManager } from "../services/manager.ts";
import type { Snapshot } from "../status/snapshot.ts";

/** The facts that checks judge. */
export interface DoctorContext {
  readonly host: Host;
  readonly root: string;
  readonly gateways: Gateways;
  readonly agent: AgentDiagnosis;
  readonly manager: ServiceManager;
  readonly snapshot: Snapshot;
  /** True unless the container's command is the dashboard, which runs no gateways. */
  readonly keepsGateways: boolean;
}

/** A repair that does no harm. */
export interface Repair {
  /** The action in the past tense: `registered gateway 'coder'`. */
  readonly action: string;
  readonly run: () => Promise<unknown>;
}

/** One result of a check. */
export type Finding =
  | { readonly severity: "ok"; readonly message: string }
  | {
      /** A problem needs a remedy; a warning does not count for the exit code. */
      readonly severity: "problem" | "warning";
      /** The fault, as an operator sees it. */
      readonly message: string;
      /** The reason for it, as far as it is known. */
      readonly cause: string;
      /** An instruction that the reader can follow. */
      readonly remedy: string;
      readonly repair: Repair | null;
    };

/** One question about the installation (docs/doctor-json.md). */
export interface Check {
  /** The name for programs, which never changes. */
  readonly id: string;
  /** The name for people. */
  readonly title: string;
  /** Returns true if the question makes sense here. */
  readonly applies: (context: DoctorContext) => boolean;
  /** Returns one finding or more. */
  readonly run: (context: DoctorContext) => Promise<Finding | readonly Finding[]>;
}

/** The cause of a fault that has none that is known. */
export const UNKNOWN_CAUSE = "not known";

export const ok = (message: string): Finding => ({ severity: "ok", message });

/** A fault without its severity. */
interface Fault {
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly repair?: Repair;
}

export function problem({ repair, ...fault }: Fault): Finding {
  return { severity: "problem", ...fault, repair: repair ?? null };
}

export function warning({ repair, ...fault }: Fault): Finding {
  return { severity: "warning", ...fault, repair: repair ?? null };
}

/** Returns the findings, or one that the check passed if there are none. */
export function orOk(findings: readonly (Finding | null)[], message: string): readonly Finding[] {
  const found = findings.filter((finding) => finding !== null);
  return found.length > 0 ? found : [ok(message)];
}

export const always = (): boolean => true;

/** Returns true if s6 supervises the gateways here. */
export const underS6 = ({ manager, keepsGateways }: DoctorContext): boolean =>
  manager.kind === "s6" && keepsGateways;

/** Returns true if a service manager supervises the gateways here. */
export const supervised = ({ manager, keepsGateways }: DoctorContext): boolean =>
  manager.kind !== "none" && keepsGateways;

/** Renders a number with its noun: `1 profile`, `2 profiles`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Lists at most ten names in a sentence, and counts the others. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
