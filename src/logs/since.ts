import { timeOfWall, type OffsetAt } from "./offsets.ts";

const DAY_MS = 86_400_000;

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: DAY_MS,
  w: 7 * DAY_MS,
};

/** The forms that are understood, for who typed another one. */
export const SINCE_FORMS =
  "`10m`, `1h30m`, `2d`, `08:20`, `today`, `yesterday` or `2026-11-20T07:23`";

/** Midnights before the reader's now. */
const DAYS_AGO: ReadonlyMap<string, number> = new Map([
  ["today", 0],
  ["yesterday", 1],
]);

/** `2026-11-20`, `2026-11-20 07:23`, `2026-11-20T07:23:05.5`, with or without a zone. */
const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))?(Z|[+-]\d\d:?\d\d)?$/;
const TIME_OF_DAY = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/;

/** Milliseconds of `10m` or `1h30m`; null where it is no such text. */
function parseAgo(text: string): number | null {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g)];
  if (parts.length === 0 || parts.map(([part]) => part).join("") !== text) return null;
  return parts.reduce(
    (total, [, count, unit]) => total + Number(count) * (UNITS[unit ?? ""] ?? 0),
    0,
  );
}

/** Milliseconds from midnight to `08:20` or `8:20:30`; null where it is no such text. */
function parseTimeOfDay(text: string): number | null {
  const [whole, hours, minutes, seconds = "0"] = TIME_OF_DAY.exec(text) ?? [];
  if (whole === undefined) return null;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

/**
 * The time that a person means, in milliseconds since 1970: `10m`, `1h30m`, `2d` ago; the last time that the reader's
 * clocks showed `08:20`; the beginning of `today` or `yesterday`; or an ISO 8601 time, which without a zone is the
 * reader's. null where it is none of them. `offsetAt` is how far the reader's clocks are ahead of UTC.
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
  // What has no 30th of February would have a 2nd of March.
  const day = Date.parse(`${date}T00:00Z`);
  if (Number.isNaN(time) || new Date(day).toISOString().slice(0, 10) !== date) return null;
  return zone === undefined ? timeOfWall(time, offsetAt) : time;
}
