import * as v from "valibot";
import { lenient, withEarlierKeys, withEarlierWords } from "./lenient-fields.ts";
import { parseJson } from "../../core/json.ts";
import { exitFields, finiteSchema, reasonSchema } from "./exit.ts";
import type { ProfileName } from "../../profiles/name.ts";
import { profileNameSchema } from "../../profiles/name-schema.ts";

/** The kinds of events of a gateway, and of the hook that is called with them (docs/events.md). */
export const EVENT_KINDS = [
  "registered",
  "started",
  "ready",
  "crashed",
  "backoff",
  "parked",
  "stopped",
  "unregistered",
  "hook-failed",
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

/** The exit of the process. `ranMs` is null if it never became the gateway. */
const endSchema = v.pick(exitFields, ["code", "signal", "ranMs", "meaning"]);

/** An event of this version or of version 1, whose `delayed` is `backoff` now. */
const eventSchema = withEarlierKeys(
  { delayMs: "backoffMs", crashes: "recentCrashes" },
  v.object({
    version: v.pipe(
      v.picklist([1, 2]),
      v.transform(() => 2 as const),
    ),
    /** ISO 8601 in UTC, with milliseconds. */
    at: v.pipe(v.string(), v.isoTimestamp()),
    event: withEarlierWords(EVENT_KINDS, { delayed: "backoff" }),
    profile: profileNameSchema,
    /** The process that it is about; null if there is none. */
    pid: lenient(finiteSchema),
    reason: lenient(reasonSchema),
    /** Of `crashed`, `parked` and `stopped`. */
    exit: lenient(endSchema),
    /** Milliseconds until the next start, of `backoff`. */
    backoffMs: lenient(finiteSchema),
    /** Ends that count at that moment. */
    recentCrashes: v.fallback(finiteSchema, 0),
  }),
);

/** One event of one gateway, as it is written down and as a hook gets it. */
export type GatewayEvent = Readonly<v.InferOutput<typeof eventSchema>>;

/** The details of an event besides its kind, its gateway and its time. */
export type EventDetails = Partial<Omit<GatewayEvent, "version" | "at" | "event" | "profile">>;

/** Makes an event; what is not known of it is null. `now` is in milliseconds since 1970. */
export function makeEvent(
  now: number,
  event: EventKind,
  profile: ProfileName,
  details: EventDetails = {},
): GatewayEvent {
  const at = new Date(now).toISOString();
  const unknown = { pid: null, reason: null, exit: null, backoffMs: null, recentCrashes: 0 };
  return { version: 2, at, event, profile, ...unknown, ...details };
}

/** The line of an event, with its newline. */
export function renderEventLine(event: GatewayEvent): string {
  return `${JSON.stringify(event)}\n`;
}

/** Parses a line; null for what is no event of version 1 or 2. */
export function parseEventLine(line: string): GatewayEvent | null {
  const result = v.safeParse(eventSchema, parseJson(line));
  return result.success ? result.output : null;
}
