import * as v from "valibot";
import { describeInvalid, lenient, listInvalid } from "./lenient-fields.ts";
import { isJsonObject, parseJson } from "../../core/json.ts";

/** The desired state. */
export type DesiredState = "running" | "stopped";

/** The states a gateway reports of itself; an unknown word is kept as it is. */
export const REPORTED_STATES = [
  "starting",
  "running",
  "draining",
  "degraded",
  "stopped",
  "startup_failed",
] as const;
export type ReportedState = (typeof REPORTED_STATES)[number];

export const pidSchema = v.pipe(v.number(), v.integer(), v.minValue(1));
/** Field 22 of `/proc/<pid>/stat`: clock ticks after the machine's boot. */
export const startTimeSchema = v.pipe(v.number(), v.finite(), v.minValue(0));

const FIELDS = {
  gateway_state: v.string(),
  desired_state: v.picklist(["running", "stopped"]),
  pid: pidSchema,
  start_time: startTimeSchema,
  exit_reason: v.string(),
  updated_at: v.union([v.string(), v.number()]),
};

const stateSchema = v.object({
  gateway_state: lenient(FIELDS.gateway_state),
  desired_state: lenient(FIELDS.desired_state),
  pid: lenient(FIELDS.pid),
  start_time: lenient(FIELDS.start_time),
  exit_reason: lenient(FIELDS.exit_reason),
});

/** `gateway_state.json` as the rest of the program sees it; `raw` keeps the keys we do not know. */
export interface StateFile {
  readonly reportedState: string | null;
  readonly desired: DesiredState | null;
  readonly pid: number | null;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks after the machine's boot. */
  readonly startTime: number | null;
  readonly exitReason: string | null;
  /** The known keys that have a wrong value, which counts as none. */
  readonly invalid: readonly string[];
  readonly raw: Readonly<Record<string, unknown>>;
}

export type ParsedState =
  | { readonly kind: "state"; readonly state: StateFile }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * Parses the text of a state file, key by key: a wrong value counts as none and is named in `invalid`. A text that is
 * no object is `unreadable`, with the reason.
 */
export function parseStateFile(text: string): ParsedState {
  const value = parseJson(text);
  if (value === undefined) return { kind: "unreadable", reason: "state file is not JSON" };
  if (!isJsonObject(value)) return { kind: "unreadable", reason: "state file is not an object" };
  const fields = v.parse(stateSchema, value);
  return {
    kind: "state",
    state: {
      reportedState: fields.gateway_state,
      desired: fields.desired_state,
      pid: fields.pid,
      startTime: fields.start_time,
      exitReason: fields.exit_reason,
      invalid: listInvalid(FIELDS, value),
      raw: value,
    },
  };
}

/** Describes the faults in the values of a state file; null if there are none. */
export function describeInvalidState({ invalid }: StateFile): string | null {
  const error = describeInvalid(invalid);
  return error === null ? null : `state file ${error}`;
}

/** The keys of a state file that this program writes. */
export interface StateChange {
  readonly gateway_state?: ReportedState;
  readonly desired_state?: DesiredState;
  readonly pid?: number | null;
  readonly kind?: "hermes-gateway";
  readonly argv?: readonly string[];
  readonly start_time?: number | null;
  readonly hermes_home?: string;
  readonly exit_reason?: string | null;
}

/** The text of a state file after `change`; keys it does not name are kept. */
export function renderStateFile(
  previous: Readonly<Record<string, unknown>>,
  change: StateChange,
  updatedAt: string,
): string {
  return `${JSON.stringify({ ...previous, ...change, updated_at: updatedAt }, null, 2)}\n`;
}
