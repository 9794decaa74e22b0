import { timeOfWall, type OffsetAt } from "./zone-offsets.ts";

const DAY_MS = 86_400_000;

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The forms that `parseSince` accepts, for an error message. */
export const SINCE_FORMS =
  "`10m`, `1h30m`, `2d`, `08:20`, `today`, `yesterday` or `2026-11-20T07:23`";

/** Number of days before today. */
const DAYS_AGO: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["yesterday", 1],
]);

/** `2026-11-20`, `2026-11-20 07:23`, `2026-11-20T07:23:05.5`, with or without a zone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:?\d\d)?$/;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Parses `10m` or `1h30m` to milliseconds; null for any other text. */
function parseAgo(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return null;
  return parts.reduce(
    (total, [, count, unit]) => total + Number(count) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}

/** Parses `08:20` or `8:20:30` to milliseconds since midnight; null for any other text. */
function parseTimeOfDay(text: string): number | null {
  const [whole, hours, minutes, seconds = "0"] = TIME_OF_DAY.exec(text) ?? [];
  if (whole === undefined) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/**
 * Parses a time to milliseconds since 1970: `10m`, `1h30m`, `2d` ago; the last time at which the reader's clock showed
 * `08:20`; the beginning of `today` or `yesterday`; or an ISO 8601 time, which without a zone is in the reader's zone.
 * Returns null for any other text. `offsetAt` is the reader's zone.
 */
export function parseSince(text: string, now: number, offsetAt: OffsetAt): number | null {
  const ago = parseAgo(text);
  if (ago !== null) return now - ago;
  const midnight = Math.floor((now + offsetAt(now)) / DAY_MS) * DAY_MS;
  const days = DAYS_AGO.get(text.toLowerCase());
  if (days !== undefined) return timeOfWall(midnight - days * DAY_MS, offsetAt);
  const ofDay = parseTimeOfDay(text);
  if (ofDay !== null) {
    const today = timeOfWall(midnight + ofDay, offsetAt);
    return today <= now ? today : timeOfWall(midnight - DAY_MS + ofDay, offsetAt);
  }
  const [, date, clock = "00:00", zone] = ISO.exec(text) ?? [];
  if (date === undefined) return null;
  const time = Date.parse(`${date}T${clock}${zone ?? "Z"}`);
  // Date.parse() takes 30 February for 2 March.
  const day = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(time) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  return zone === undefined ? timeOfWall(time, offsetAt) : time;
}
