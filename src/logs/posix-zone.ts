import { rememberOffsets, type OffsetAt } from "./zone-offsets.ts";

const DAY_SECONDS = 86_400;

/** A day and a time at which the clocks change, as the clocks before the change show it. */
interface Change {
  /** Days since 1970 of the day in a year. */
  readonly dayIn: (year: number) => number;
  /** Seconds since midnight; may be negative, or more than a day. */
  readonly seconds: number;
}

const NAME = String.raw`(?:[A-Za-z]{3,}|<[A-Za-z0-9+-]{3,}>)`;
const CLOCK = String.raw`[+-]?\d{1,3}(?::\d\d){0,2}`;
const ZONE = new RegExp(`^${NAME}(${CLOCK})(?:${NAME}(${CLOCK})?(?:,([^,]+),([^,]+))?)?$`);
const HAS_SUMMER = new RegExp(`^${NAME}${CLOCK}${NAME}`);
const CHANGE = new RegExp(
  `^(?:M(\\d{1,2})\\.([1-5])\\.([0-6])|J(\\d{1,3})|(\\d{1,3}))(?:/(${CLOCK}))?$`,
);
/** The changes that the C library assumes if a zone names summer time without them (tzset(3)). */
const USUAL_CHANGES = ["M3.2.0", "M11.1.0"] as const;

/** Seconds of `5`, `-3:30` or `+02:00:00`. */
function parseClock(text: string): number {
  const [hours = 0, minutes = 0, seconds = 0] = text.replace(/^[+-]/, "").split(":").map(Number);
  return (text.startsWith("-") ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
}

const dayOf = (year: number, month: number, day: number) => Date.UTC(year, month, day) / 86_400_000;

/** The `week`th such weekday of a month; the fifth is the last one. */
function dayOfWeek(year: number, month: number, week: number, weekday: number): number {
  const first = dayOf(year, month, 1);
  // 1 January 1970 was a Thursday.
  const begin = first + ((((weekday - 4 - first) % 7) + 7) % 7);
  const day = begin + (week - 1) * 7;
  return day < dayOf(year, month + 1, 1) ? day : day - 7;
}

function parseChange(text: string): Change | null {
  const match = CHANGE.exec(text);
  if (match === null) return null;
  const [, month, week = "", weekday = "", julian, zeroBased = "", clock = "2"] = match;
  const seconds = parseClock(clock);
  if (month !== undefined) {
    const dayIn = (year: number) =>
      dayOfWeek(year, Number(month) - 1, Number(week), Number(weekday));
    return { dayIn, seconds };
  }
  if (julian === undefined)
    return { dayIn: (year) => dayOf(year, 0, 1 + Number(zeroBased)), seconds };
  // Never counts 29 February: every year is read as one that has none.
  const in2025 = new Date(Date.UTC(2025, 0, Number(julian)));
  return { dayIn: (year) => dayOf(year, in2025.getUTCMonth(), in2025.getUTCDate()), seconds };
}

/** Seconds since 1970 of a change in a year, if the clocks were ahead of UTC by `offset` seconds before it. */
function momentOf({ dayIn, seconds }: Change, year: number, offset: number): number {
  return dayIn(year) * DAY_SECONDS + seconds - offset;
}

/** Parses a zone as `TZ` and the last line of zone files may have it: `EST5EDT,M3.2.0,M11.1.0`; null if it is none. */
export function parsePosixZone(text: string): OffsetAt | null {
  const match = ZONE.exec(text);
  if (match === null) return null;
  const [, standardText = "", summerText, beginText, endText] = match;
  // POSIX counts to the west.
  const standard = 0 - parseClock(standardText);
  if (!HAS_SUMMER.test(text)) return () => standard * 1000;
  const summer = summerText === undefined ? standard + 3600 : 0 - parseClock(summerText);
  const begin = parseChange(beginText ?? USUAL_CHANGES[0]);
  const end = parseChange(endText ?? USUAL_CHANGES[1]);
  if (begin === null || end === null) return null;
  return rememberOffsets((time) => {
    const now = time / 1000;
    const year = new Date(time + standard * 1000).getUTCFullYear();
    const [from, to] = [momentOf(begin, year, standard), momentOf(end, year, summer)];
    const isSummer = from < to ? now >= from && now < to : now >= from || now < to;
    return (isSummer ? summer : standard) * 1000;
  });
}
