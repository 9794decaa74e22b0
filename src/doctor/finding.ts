import type { Host } from "../host/host.ts";
import type { AgentDiagnosis } from "../agent/diagnosis.ts";
import type { Gateways } from "../gateway/gateways.ts";
import type { ServiceManager } from "../services/manager.ts";
import type { Snapshot } from "../status/snapshot.ts";

/** What checks look at. */
export interface DoctorContext {
  readonly host: Host;
  readonly root: string;
  readonly gateways: Gateways;
  readonly agent: AgentDiagnosis;
  readonly manager: ServiceManager;
  readonly snapshot: Snapshot;
  /** Whether gateways are kept here at all: not where the container's command is the dashboard. */
  readonly keepsGateways: boolean;
}

/** Something that can be mended without harm. */
export interface Repair {
  /** What it did, once it is done: `registered gateway 'coder'`. */
  readonly action: string;
  readonly mend: () => Promise<unknown>;
}

/** What a check found. */
export type Finding =
  | { readonly severity: "ok"; readonly message: string }
  | {
      /** A problem is to be mended; a warning is worth knowing. */
      readonly severity: "problem" | "warning";
      readonly message: string;
      /** Why it matters. */
      readonly cause: string;
      /** An order the reader can follow. */
      readonly remedy: string;
      readonly repair: Repair | null;
    };

/** A question that can be answered with no. */
export interface Check {
  /** For programs; stays what it is. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Whether it makes sense here. */
  readonly applies: (context: DoctorContext) => boolean;
  /** One answer at least; several where several things are wrong. */
  readonly look: (context: DoctorContext) => Promise<readonly Finding[]>;
}

export const ok = (message: string): Finding => ({ severity: "ok", message });

interface Trouble {
  readonly message: string;
  readonly cause: string;
  readonly remedy: string;
  readonly repair?: Repair;
}

export function problem({ repair, ...trouble }: Trouble): Finding {
  return { severity: "problem", ...trouble, repair: repair ?? null };
}

export function warning({ repair, ...trouble }: Trouble): Finding {
  return { severity: "warning", ...trouble, repair: repair ?? null };
}

/** What is wrong, or else that all is well. */
export function orOk(findings: readonly Finding[], well: string): readonly Finding[] {
  return findings.length > 0 ? findings : [ok(well)];
}

export const always = (): boolean => true;

/** Whether s6 keeps the gateways here. */
export const underS6 = ({ manager, keepsGateways }: DoctorContext): boolean =>
  manager.kind === "s6" && keepsGateways;

/** Whether anything keeps gateways here. */
export const supervised = ({ manager, keepsGateways }: DoctorContext): boolean =>
  manager.kind !== "none" && keepsGateways;

/** `1 profile`, `2 profiles`. */
export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Names in a sentence; more than ten are counted. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, 10).join(", ");
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}
