import * as v from "valibot";
import { isJsonObject, parseJson } from "../core/json.ts";

/** What an operator last asked for. */
export type DesiredState = "running" | "stopped";

/** The states a gateway reports of itself; an unknown word is kept as it is. */
export const GATEWAY_STATES = [
  "starting",
  "running",
  "draining",
  "degraded",
  "stopped",
  "startup_failed",
] as const;
export type GatewayState = (typeof GATEWAY_STATES)[number];

const pidSchema = v.pipe(v.number(), v.integer(), v.minValue(1));
const optionalNull = <const S extends v.GenericSchema>(schema: S) => v.optional(v.nullable(schema));

const stateSchema = v.looseObject({
  gateway_state: optionalNull(v.string()),
  desired_state: optionalNull(v.picklist(["running", "stopped"])),
  pid: optionalNull(pidSchema),
  start_time: optionalNull(v.number()),
  exit_reason: optionalNull(v.string()),
  updated_at: optionalNull(v.union([v.string(), v.number()])),
});

/** `gateway_state.json` as the rest of the program sees it; `raw` keeps the keys we do not know. */
export interface StateFile {
  readonly gatewayState: string | null;
  readonly desiredState: DesiredState | null;
  readonly pid: number | null;
  /** Field 22 of `/proc/<pid>/stat`: clock ticks after the machine's boot. */
  readonly startTime: number | null;
  readonly exitReason: string | null;
  readonly raw: Readonly<Record<string, unknown>>;
}

export type ParsedState =
  | { readonly kind: "state"; readonly state: StateFile }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Parses the text of a state file. Every shape it cannot trust is `unreadable`, with the reason. */
export function parseStateFile(text: string): ParsedState {
  const value = parseJson(text);
  if (value === undefined) return { kind: "unreadable", reason: "state file is not JSON" };
  if (!isJsonObject(value)) return { kind: "unreadable", reason: "state file is not an object" };
  const result = v.safeParse(stateSchema, value);
  if (!result.success) {
    const key = v.getDotPath(result.issues[0]) ?? "?";
    return { kind: "unreadable", reason: `state file has an invalid ${key}` };
  }
  const { output } = result;
  return {
    kind: "state",
    state: {
      gatewayState: output.gateway_state ?? null,
      desiredState: output.desired_state ?? null,
      pid: output.pid ?? null,
      startTime: output.start_time ?? null,
      exitReason: output.exit_reason ?? null,
      raw: value,
    },
  };
}

/** The keys of a state file that this program writes. */
export interface StateChange {
  readonly gateway_state?: GatewayState;
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
